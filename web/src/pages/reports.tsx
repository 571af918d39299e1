import { Group, Loader, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Answer, ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { reasonsByField } from '../api/reason.ts'
import { Bars } from '../parts/bars.tsx'
import { counted } from '../parts/count.ts'
import { DayChart } from '../parts/day-chart.tsx'
import classes from '../parts/parts.module.css'
import { Refused } from '../parts/refused.tsx'
import { Section } from '../parts/section.tsx'
import { durationText, zoneLabel } from '../parts/time.ts'
import type { DaysSearch } from '../router.tsx'

export type Stats = Answer<'getStats'>

const route = getRouteApi('/reports')
const LABELS = { from: 'From', to: 'To' }

/** Ports by day, how long donors take, and why they refuse. */
export function ReportsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { time_zone } = useMarket()
  const stats = useQuery({
    queryKey: ['ports', 'stats', search],
    queryFn: ({ signal }) => ask('getStats', { query: search }, { signal }),
    placeholderData: keepPreviousData,
  })
  const show = (next: DaysSearch) => void navigate({ to: '.', search: next, replace: true })
  const { data } = stats
  const reasons = reasonsByField(stats.error, LABELS)
  const isBesideField = reasons.from !== undefined || reasons.to !== undefined
  return (
    <>
      <div className={classes.headingRow}>
        <h1>Reports</h1>
        <Text size="xs" c="dimmed">
          Days are those of {zoneLabel(time_zone)}
        </Text>
      </div>
      <Group mb="md" align="start" component="search">
        <TextInput
          type="date"
          label="From"
          value={search.from ?? data?.from ?? ''}
          error={reasons.from}
          onChange={({ currentTarget: { value } }) => show({ ...search, from: value || undefined })}
        />
        <TextInput
          type="date"
          label="To"
          value={search.to ?? data?.to ?? ''}
          error={reasons.to}
          onChange={({ currentTarget: { value } }) => show({ ...search, to: value || undefined })}
        />
      </Group>
      {stats.error && !isBesideField && <Refused error={stats.error} what="Reports" again={() => stats.refetch()} />}
      {stats.isPending && <Loader aria-label="Asking for the figures" />}
      {data && !isBesideField && (
        <Stack>
          <Totals days={data.days} />
          <Section title="Ports in and out by day">
            <DayChart days={data.days} from={data.from} to={data.to} />
          </Section>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Section title="Time to port by donor">
              <Bars
                empty="Nothing was ported in these days."
                rows={data.time_to_port.map(({ donor, ports, median_seconds, p90_seconds }) => ({
                  key: donor,
                  label: donor,
                  value: median_seconds,
                  text: `${durationText(median_seconds)} (${counted(ports, 'port')}; one in ten over ${durationText(p90_seconds)})`,
                }))}
              />
            </Section>
            <Section title="Rejection reasons">
              <Bars
                empty="Nothing was refused in these days."
                tone="stop"
                rows={data.rejections.map(({ code, text, donor, count }) => ({
                  key: `${code} ${donor}`,
                  label: `${code} ${text}`,
                  value: count,
                  text: `${count} by ${donor}`,
                }))}
              />
            </Section>
          </SimpleGrid>
        </Stack>
      )}
    </>
  )
}

function Totals({ days }: Pick<Stats, 'days'>) {
  const sum = (direction: 'in' | 'out', what: 'requested' | 'ported' | 'rejected') =>
    days.filter((day) => day.direction === direction).reduce((total, day) => total + day[what], 0)
  return (
    <ul className={classes.counts} aria-label="Totals">
      {(['in', 'out'] as const).flatMap((direction) =>
        (['requested', 'ported', 'rejected'] as const).map((what) => (
          <li key={`${direction} ${what}`}>
            <div>
              <span className={classes.count}>{sum(direction, what).toLocaleString('en')}</span>
              Port-{direction}s {what}
            </div>
          </li>
        )),
      )}
    </ul>
  )
}
