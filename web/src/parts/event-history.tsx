import { Accordion, Button, Loader, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { useXmlFiles } from '../api/ports.ts'
import { messageOf } from '../api/reason.ts'
import { Down, Received, Sent } from './icon.tsx'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { Said } from './said.tsx'
import { saveFile } from './save-file.ts'
import { Timestamp, ZoneNote } from './timestamp.tsx'
import { useFocusBack } from './use-focus-back.ts'

export type LoggedEvent = {
  readonly id: number
  readonly msgtype: string
  readonly direction: number
  readonly eventlog: string
  readonly submission_timestamp: string
  /** `Waiting for Instruction → Rejected`, where the line moved the port. */
  readonly edge?: string | undefined
  /** Who said it. */
  readonly by?: string | undefined
}

type Props = {
  readonly title: string
  readonly msgidentifier: string
  readonly events: readonly LoggedEvent[] | undefined
  /** The whole record, as the API answers it. */
  readonly record: unknown
  readonly error: unknown
  readonly onClose: () => void
}

/** The document's event log modal: Events, XML Bodies, Detailed Data (porting-manager.md, "Event History"). */
export function EventHistory({ title, msgidentifier, events, record, error, onClose }: Props) {
  useFocusBack()
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={
        <>
          {title} <span className={classes.code}>{msgidentifier}</span>
        </>
      }
    >
      <Stack gap="lg">
        {error !== null && error !== undefined && <Refused error={error} what={title} />}
        {!events && !error && <Loader aria-label="Asking for the events" />}
        {events && (
          <>
            <section aria-labelledby="events-heading">
              <div className={classes.headingRow}>
                <Title order={3} size="h5" id="events-heading">
                  Events
                </Title>
                <ZoneNote />
              </div>
              <EventList events={events} headings={4} />
            </section>
            <section aria-labelledby="xml-heading">
              <Title order={3} size="h5" id="xml-heading" mb="xs">
                XML Bodies
              </Title>
              <XmlBodies msgidentifier={msgidentifier} />
            </section>
            <section aria-labelledby="data-heading">
              <Title order={3} size="h5" id="data-heading" mb="xs">
                Detailed Data
              </Title>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
              <pre className={classes.json} tabIndex={0}>
                {JSON.stringify(record, null, 2)}
              </pre>
            </section>
          </>
        )}
      </Stack>
    </Modal>
  )
}

type ButtonProps = {
  /** As the document calls it: `Event History`, `Event Log`. */
  readonly label: string
  readonly msgidentifier: string
  readonly onOpen: () => void
}

export function EventsButton({ label, msgidentifier, onOpen }: ButtonProps) {
  return (
    <Button size="compact-sm" variant="default" aria-label={`${label} of ${msgidentifier}`} onClick={onOpen}>
      {label}
    </Button>
  )
}

type ListProps = { readonly events: readonly LoggedEvent[]; readonly headings: 3 | 4 }

export function EventList({ events, headings }: ListProps) {
  if (events.length === 0) return <Text c="dimmed">Nothing has happened yet.</Text>
  return (
    <Accordion
      variant="contained"
      multiple
      keepMountedMode="display-none"
      className={classes.events ?? ''}
      defaultValue={[String(events.at(-1)?.id)]}
      order={headings}
    >
      {events.map(({ id, msgtype, direction, eventlog, submission_timestamp, edge, by }) => (
        <Accordion.Item key={id} value={String(id)}>
          <Accordion.Control icon={direction === 0 ? <Sent size={16} /> : <Received size={16} />}>
            <span className={classes.eventHead}>
              <span>
                <strong>{msgtype}</strong>{' '}
                <span className={classes.quiet}>{direction === 0 ? 'sent' : 'received'}</span>
              </span>
              <span className={classes.quiet}>
                <Timestamp at={submission_timestamp} />
              </span>
            </span>
          </Accordion.Control>
          <Accordion.Panel>
            <Said>{eventlog}</Said>
            {edge && (
              <Text size="sm" c="dimmed">
                {edge}
              </Text>
            )}
            {by && (
              <Text size="sm" c="dimmed">
                said by {by}
              </Text>
            )}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

/** The folders as the document prints them (contract O-19), and how the API spells them. */
const FOLDERS = [
  { heading: 'Output_XML', folder: 'output_XML', meaning: 'sent' },
  { heading: 'Input_XML', folder: 'input_XML', meaning: 'received' },
] as const

export function XmlBodies({ msgidentifier }: { readonly msgidentifier: string }) {
  const files = useXmlFiles(msgidentifier)
  if (files.error) return <Refused error={files.error} what="XML Bodies" />
  if (!files.data) return <Loader size="sm" aria-label="Asking for the files" />
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {FOLDERS.map(({ heading, folder, meaning }) => {
        const names = files.data.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.split('/')[1] ?? '')
        return (
          <div key={folder}>
            <Text fw={600} size="sm" mb={4}>
              {heading} <span className={classes.quiet}>({meaning})</span>
            </Text>
            {names.length === 0 && (
              <Text size="sm" c="dimmed">
                None yet
              </Text>
            )}
            {names.map((name) => (
              <Download key={name} folder={folder} name={name} />
            ))}
          </div>
        )
      })}
    </SimpleGrid>
  )
}

/** A link cannot carry the key, so the file is fetched with it and then saved. */
function Download({ folder, name }: { readonly folder: string; readonly name: string }) {
  const download = useMutation({
    mutationFn: async () => saveFile(await ask('getXml', { params: { folder, filename: name } }), name),
  })
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Down size={15} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
        className={classes.file}
        aria-label={name}
        title={name}
      >
        {name.replace(/^[A-Z0-9]+-[A-Z0-9]+-\d+_/, '')}
      </Button>
      {download.error && (
        <Text size="xs" c="stop" role="alert">
          {messageOf(download.error)}
        </Text>
      )}
    </div>
  )
}
