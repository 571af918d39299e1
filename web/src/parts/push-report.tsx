import { Text } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import type { PushReport, PushWish } from '../api/routes.ts'
import { counted } from './count.ts'
import evidence from './evidence.module.css'
import { Fact } from './fact.tsx'
import { NaptrRecords } from './naptr-records.tsx'
import { numberText, rangeText } from './number.ts'
import classes from './parts.module.css'
import { PortLink } from './port-link.tsx'
import { Timestamp, ZoneNote } from './timestamp.tsx'

type Change = PushReport['changes'][number]
type Props = { readonly wish: PushWish; readonly report: PushReport }

/** What a push changed, or would change: how many numbers, and before and after of each run of them. */
export function PushChanges({ wish, report }: Props) {
  const { changes, counts, is_more, is_dry_run } = report
  return (
    <>
      <Text size="sm" role="status">
        {countsText(report)}
      </Text>
      {changes.length > 0 && (
        <ul className={classes.plain} aria-label={is_dry_run ? 'What would change' : 'What changed'}>
          {changes.map((change) => (
            <OneRun
              key={change.first_number}
              change={change}
              isAlone={changes.length === 1 && counts.unchanged === 0}
            />
          ))}
        </ul>
      )}
      {is_more && <Text size="sm">There are more changes than are shown here.</Text>}
      {wish.expires_at !== undefined && (
        <Text size="sm">
          Until <Timestamp at={wish.expires_at} />; then its numbers have again what they had before. <ZoneNote />
        </Text>
      )}
    </>
  )
}

/** `1 number would get a route, 2 would get another one.` */
function countsText({ counts, is_dry_run }: PushReport): string {
  const would = is_dry_run ? ['would get', 'would lose', 'would stay'] : ['got', 'lost', 'stayed']
  const [get, lose, stay] = would
  const said = (
    [
      [counts.set, `${get} a route`],
      [counts.changed, `${get} another route`],
      [counts.removed, `${lose} the route: the block answers`],
      [counts.unchanged, `${stay} as it is`],
    ] as const
  ).flatMap(([count, what]) => (count > 0 ? [`${counted(count, 'number')} ${what}`] : []))
  return `${said.join(', ')}.`
}

function OneRun({ change, isAlone }: { readonly change: Change; readonly isAlone: boolean }) {
  const market = useMarket()
  const { before, after, dns_before, dns_after } = change
  return (
    <li className={classes.change}>
      {!isAlone && <strong className={classes.number}>{rangeText(change, market)}</strong>}
      <dl className={`${classes.facts} ${classes.explained}`}>
        <Fact name="Before">
          {before ? (
            <>
              {before.operator} ({before.routing_number}), by{' '}
              {before.source === 'port' ? <PortLink direction="in" msgidentifier={before.cause} /> : before.cause}
            </>
          ) : (
            NO_ROUTE
          )}
        </Fact>
        <Fact name="After">{after ? `${after.operator} (${after.routing_number})` : NO_ROUTE}</Fact>
      </dl>
      <details className={evidence.inputs}>
        <summary>What DNS answers for {numberText(change.first_number, market)}</summary>
        <span className={evidence.when}>Before</span>
        <NaptrRecords records={dns_before} />
        <span className={evidence.when}>After</span>
        <NaptrRecords records={dns_after} />
      </details>
    </li>
  )
}

const NO_ROUTE = 'No route of its own: the holder of its block'
