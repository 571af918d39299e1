import { Text } from '@mantine/core'
import type { PortDetail } from '../api/ports.ts'
import { timesOf } from './count.ts'
import { Clock } from './icon.tsx'
import classes from './parts.module.css'
import { distanceOf, instantOf, now } from './time.ts'
import { Timestamp } from './timestamp.tsx'
import { useTicking } from './use-ticking.ts'

type Expected = NonNullable<PortDetail['next_expected']>

/** What comes next, from whom, and until when; where it is late, who is to be told, and that it was asked for again. */
export function NextExpected({ expected }: { readonly expected: Expected }) {
  useTicking()
  const { event, who, who_name, due_at, rule, is_overdue, escalation, asked, asked_at } = expected
  return (
    <section aria-label="Expected next">
      <Text size="sm">
        Next: <strong>{event}</strong>
        {who !== 'us' && ` from ${who_name}`}
      </Text>
      <span className={classes.deadline} data-overdue={is_overdue || undefined}>
        <Clock size={13} />
        <span>
          {is_overdue ? 'was due' : 'due'} {distanceOf(instantOf(due_at), now())}, <Timestamp at={due_at} /> ({rule})
        </span>
      </span>
      {escalation && (
        <Text size="sm">
          Escalated as {escalation.name}; to be told: {escalation.tell}
        </Text>
      )}
      {asked_at !== null && (
        <Text size="sm">
          The clearinghouse was asked again {timesOf(asked)}, last <Timestamp at={asked_at} />
        </Text>
      )}
    </section>
  )
}
