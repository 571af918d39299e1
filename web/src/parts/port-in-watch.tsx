import { Button, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { usePort } from '../api/ports.ts'
import { EventList } from './event-history.tsx'
import { loggedOf } from './logged.ts'
import classes from './parts.module.css'
import { PortProgress } from './port-progress.tsx'
import { Refused } from './refused.tsx'
import { ZoneNote } from './timestamp.tsx'

/** One port-in followed live, and the one that replaces it if it is resubmitted. */
export function PortInWatch({ msgidentifier }: { readonly msgidentifier: string }) {
  const port = usePort(msgidentifier)
  const { data } = port
  if (!data) {
    return port.error ? (
      <Refused error={port.error} what={`Port ${msgidentifier}`} again={() => port.refetch()} />
    ) : (
      <Loader aria-label={`Asking for port ${msgidentifier}`} />
    )
  }
  if (data.superseded_by !== null) {
    return (
      <Stack>
        <Text size="sm">
          The donor has the other account type on record. {msgidentifier} was resubmitted with it, as{' '}
          <strong className={classes.code}>{data.superseded_by}</strong>.
        </Text>
        <PortInWatch msgidentifier={data.superseded_by} />
      </Stack>
    )
  }
  return (
    <Stack>
      <PortProgress port={data} />
      <section aria-labelledby="watched-events">
        <div className={classes.headingRow}>
          <Title order={2} size="h5" id="watched-events">
            Events
          </Title>
          <ZoneNote />
        </div>
        <EventList events={loggedOf(data)} headings={3} />
      </section>
      <Group>
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/port-in/$msgidentifier" params={{ msgidentifier }} {...props} />}
        >
          Open {msgidentifier}
        </Button>
      </Group>
    </Stack>
  )
}
