import { Alert, Anchor, Button, Group, Loader, SimpleGrid, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, Navigate, useNavigate, useParams } from '@tanstack/react-router'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { type PortDetail, usePort } from '../api/ports.ts'
import { counted } from '../parts/count.ts'
import { EventList, XmlBodies } from '../parts/event-history.tsx'
import { Fact } from '../parts/fact.tsx'
import { GuardEvidence } from '../parts/guard-evidence.tsx'
import { LimitOfMarket } from '../parts/limit.tsx'
import { loggedOf } from '../parts/logged.ts'
import { digitsOf } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortLink } from '../parts/port-link.tsx'
import { PortProgress } from '../parts/port-progress.tsx'
import { ProofOfPort } from '../parts/proof-of-port.tsx'
import { Refused } from '../parts/refused.tsx'
import { RejectionExplained } from '../parts/rejection-explained.tsx'
import { saveFile } from '../parts/save-file.ts'
import { Section } from '../parts/section.tsx'
import { Timestamp, ZoneNote } from '../parts/timestamp.tsx'
import { Windows } from '../parts/windows.tsx'
import { isStateName, NUMBER_TYPE_LABELS, STATE_WORDS } from '../words.ts'
import { draftRequest } from './porting-request-draft.ts'

export const OnePortInPage = () => <OnePort direction="in" />
export const OnePortOutPage = () => <OnePort direction="out" />

const PAGES = { in: '/port-in/$msgidentifier', out: '/port-out/$msgidentifier' } as const

/** Everything about one port on one page, live; printed, it is the dossier. */
function OnePort({ direction }: { readonly direction: 'in' | 'out' }) {
  const { msgidentifier = '' } = useParams({ strict: false })
  const port = usePort(msgidentifier)
  const list = direction === 'in' ? '/port-in' : '/port-out'
  // an alert or a route knows the port alone, not which way it goes
  if (port.data && port.data.direction !== direction)
    return <Navigate to={PAGES[port.data.direction]} params={{ msgidentifier }} replace />
  return (
    <Stack>
      <div className={classes.headingRow}>
        <h1>
          <Anchor inherit underline="always" renderRoot={(props) => <Link to={list} {...props} />}>
            {direction === 'in' ? 'Port IN' : 'Port OUT'}
          </Anchor>{' '}
          / <span className={classes.code}>{msgidentifier}</span>
        </h1>
        <ZoneNote />
      </div>
      {port.error && <Refused error={port.error} what={`Port ${msgidentifier}`} again={() => port.refetch()} />}
      {port.isPending && <Loader aria-label={`Asking for port ${msgidentifier}`} />}
      {port.data && <Whole port={port.data} />}
    </Stack>
  )
}

function Whole({ port }: { readonly port: PortDetail }) {
  return (
    <>
      {port.superseded_by && (
        <Alert color="ocean" title="Resubmitted">
          Another record has replaced this one: <PortLink direction="in" msgidentifier={port.superseded_by} />
        </Alert>
      )}
      <PortProgress port={port} />
      {port.guard && (
        <Section title="The guard’s checks">
          <GuardEvidence guard={port.guard} />
        </Section>
      )}
      {port.direction === 'in' && port.rejection && !port.superseded_by && (
        <RejectionExplained donor={port.counterparty} rejection={port.rejection}>
          <SubmitAgain port={port} look={port.rejection.again === 'never' ? 'default' : 'filled'} />
        </RejectionExplained>
      )}
      {port.direction === 'in' && port.state === 'TimeOut' && !port.superseded_by && (
        <Alert color="ocean" title="It did not come about in time">
          The numbers stay with {port.counterparty}. They may be asked for anew.
          <div>
            <SubmitAgain port={port} look="filled" />
          </div>
        </Alert>
      )}
      <div className={classes.sideBySide}>
        <Stack>
          {port.checklist.state !== 'none' && (
            <Section title="Proof of port">
              <ProofOfPort msgidentifier={port.msgidentifier} checklist={port.checklist} />
            </Section>
          )}
          <Section title="Events">
            <EventList events={loggedOf(port)} headings={3} />
          </Section>
          <Section title="Deadlines">
            {port.timeline && <LimitOfMarket timeline={port.timeline} />}
            <Windows timers={port.timers} />
          </Section>
        </Stack>
        <Stack>
          <Section title="Request">
            <Facts port={port} />
          </Section>
          <Section title="XML Bodies">
            <XmlBodies msgidentifier={port.msgidentifier} />
          </Section>
          {port.deliveries.length > 0 && (
            <Section title="Told to our systems">
              <Deliveries port={port} />
            </Section>
          )}
          <Dossier msgidentifier={port.msgidentifier} />
        </Stack>
      </div>
    </>
  )
}

/** To a new request, whose form has already what stays the same. */
function SubmitAgain({ port, look }: { readonly port: PortDetail; readonly look: 'filled' | 'default' }) {
  const { country_code } = useMarket()
  const navigate = useNavigate()
  const local = (number: string) => digitsOf(number).slice(country_code.length)
  const again = () => {
    draftRequest({
      donornetworkoperator: port.counterparty,
      overridecooloff: port.rejection?.field === 'overridecooloff' || port.is_cool_off_overridden ? 'True' : 'False',
      AccountType: port.account_type ?? 'Prepaid',
      Type_of_Numbers: NUMBER_TYPE_LABELS[port.number_type],
      telephonenumberseriestart: local(port.first_number),
      telephonenumberserieend: local(port.last_number),
      email: port.email ?? '',
      contacttelephonenumber: port.contact_number ?? '',
    })
    void navigate({ to: '/porting-request' })
  }
  return (
    <Button mt="sm" size="xs" variant={look} onClick={again}>
      Submit again
    </Button>
  )
}

function Facts({ port }: { readonly port: PortDetail }) {
  return (
    <SimpleGrid cols={2} component="dl" className={classes.facts} spacing="sm" verticalSpacing="xs">
      <Fact name="ID">{port.number}</Fact>
      <Fact name="Operator">{port.counterparty}</Fact>
      <Fact name="Requested">
        <Timestamp at={port.created_at} />
      </Fact>
      <Fact name="Updated">
        <Timestamp at={port.updated_at} />
      </Fact>
      <Fact name="Type">{NUMBER_TYPE_LABELS[port.number_type]}</Fact>
      <Fact name="Requested by">{port.created_by}</Fact>
      {port.direction === 'in' && (
        <>
          <Fact name="Account Type">{port.account_type ?? 'not known'}</Fact>
          <Fact name="Authorization Number">{port.contact_number ?? 'none'}</Fact>
          <Fact name="Override Cool Off">{port.is_cool_off_overridden ? 'True' : 'False'}</Fact>
          <Fact name="Email (Contact)">{port.email ?? 'none'}</Fact>
        </>
      )}
      {port.chain.length > 1 && (
        <Fact name="Chain of resubmissions">
          {port.chain.map(({ msgidentifier, state }) => (
            <span key={msgidentifier} className={classes.chained}>
              <PortLink direction="in" msgidentifier={msgidentifier} />{' '}
              {isStateName(state) ? STATE_WORDS[state].label : state}
            </span>
          ))}
        </Fact>
      )}
    </SimpleGrid>
  )
}

/** The page on paper, or the whole file of the port with every message and the audit. */
function Dossier({ msgidentifier }: { readonly msgidentifier: string }) {
  const save = useMutation({
    mutationFn: async () => {
      const page = await ask('getDossier', { params: { msgidentifier }, query: { format: 'html' } })
      // asked for as HTML it is no JSON, which the generated type does not know
      if (page instanceof Blob) saveFile(page, `${msgidentifier}.html`)
    },
  })
  return (
    <div>
      <Group>
        <Button variant="default" onClick={() => print()}>
          Print the dossier
        </Button>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          Save the dossier
        </Button>
      </Group>
      {save.error && <Refused error={save.error} what="The dossier" />}
    </div>
  )
}

function Deliveries({ port }: { readonly port: PortDetail }) {
  return (
    <ul className={classes.plain}>
      {port.deliveries.map(({ event_id, webhook, type, state, attempts, last_error }) => (
        <li key={`${event_id} ${webhook}`}>
          <strong>{type}</strong> to {webhook}: {state} ({counted(attempts, 'attempt')})
          {last_error && <span className={classes.reason}>{last_error}</span>}
        </li>
      ))}
    </ul>
  )
}
