import { Anchor, Loader, Paper, SimpleGrid, Stack, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import { usePortIn } from '../api/ports.ts'
import { EventList, XmlBodies } from '../parts/event-history.tsx'
import { numberText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortInProgress } from '../parts/port-in-watch.tsx'
import { Refused } from '../parts/refused.tsx'
import { Timestamp, ZoneNote } from '../parts/timestamp.tsx'
import { NUMBER_TYPE_LABELS } from '../words.ts'

const route = getRouteApi('/port-in/$msgidentifier')

/** Everything about one port-in on one page, live. */
export function OnePortInPage() {
  const { msgidentifier } = route.useParams()
  const port = usePortIn(msgidentifier)
  const market = useMarket()
  const record = port.data
  return (
    <Stack>
      <div className={classes.headingRow}>
        <h1>
          <Anchor inherit renderRoot={(props) => <Link to="/port-in" {...props} />}>
            Port IN
          </Anchor>{' '}
          / <span className={classes.code}>{msgidentifier}</span>
        </h1>
        <ZoneNote />
      </div>
      {port.error && !record && (
        <Refused error={port.error} what={`Port ${msgidentifier}`} again={() => port.refetch()} />
      )}
      {port.isPending && <Loader aria-label={`Asking for port ${msgidentifier}`} />}
      {record && (
        <>
          {record.msgidentifier !== msgidentifier && (
            <p className={classes.superseded}>
              {msgidentifier} was resubmitted. This is the record that replaced it:{' '}
              <span className={classes.code}>{record.msgidentifier}</span>
            </p>
          )}
          <PortInProgress port={record} />
          <div className={classes.sideBySide}>
            <Stack component="section" aria-labelledby="port-events">
              <Title order={2} size="h4" id="port-events">
                Events
              </Title>
              <EventList events={record.events.map((event) => ({ ...event, id: event.porting_in_event_id }))} />
            </Stack>
            <Stack>
              <Paper withBorder p="md" component="section" aria-labelledby="port-facts">
                <Title order={2} size="h4" id="port-facts" mb="sm">
                  Request
                </Title>
                <SimpleGrid cols={2} component="dl" className={classes.facts} spacing="sm" verticalSpacing="xs">
                  <Fact name="ID">{record.port_in_id}</Fact>
                  <Fact name="Operator">{record.donornetworkoperator}</Fact>
                  <Fact name="Requested">
                    <Timestamp at={record.submission_timestamp} />
                  </Fact>
                  <Fact name="Updated">
                    <Timestamp at={record.update_timestamp} />
                  </Fact>
                  <Fact name="Type">{NUMBER_TYPE_LABELS[record.Type_of_Numbers]}</Fact>
                  <Fact name="Account Type">{record.AccountType ?? 'not known'}</Fact>
                  <Fact name="Authorization Number">{numberText(record.contacttelephonenumber ?? '', market)}</Fact>
                  <Fact name="Override Cool Off">{record.overridecooloff ? 'True' : 'False'}</Fact>
                  <Fact name="Email (Contact)">{record.email ?? 'none'}</Fact>
                  {record.original_porting_request && (
                    <Fact name="Resubmits">
                      <span className={classes.original}>{record.original_porting_request}</span>
                    </Fact>
                  )}
                </SimpleGrid>
              </Paper>
              <Paper withBorder p="md" component="section" aria-labelledby="port-xml">
                <Title order={2} size="h4" id="port-xml" mb="sm">
                  XML Bodies
                </Title>
                <XmlBodies msgidentifier={record.msgidentifier} />
              </Paper>
            </Stack>
          </div>
        </>
      )}
    </Stack>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
