import { Button, Loader, Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import { type Inspection, type RouteChange, useInspection } from '../api/routes.ts'
import evidence from './evidence.module.css'
import { Fact } from './fact.tsx'
import { NodeAnswers } from './node-answers.tsx'
import { numberText, rangeText } from './number.ts'
import classes from './parts.module.css'
import { PortLink } from './port-link.tsx'
import { Refused } from './refused.tsx'
import { Said } from './said.tsx'
import { Timestamp, ZoneNote } from './timestamp.tsx'

const ANSWERED_BY: Readonly<Record<Inspection['answered_by'], string>> = {
  number: 'a route of its own',
  range: 'a route that came with its range',
  block: 'its number block',
  static: 'a zone from a file',
  nothing: 'nothing',
}
const SOURCES: Readonly<Record<RouteChange['source'], string>> = { port: 'Port', push: 'Push', import: 'Import' }

/** Why a number is routed so: where its route comes from, what each DNS node answers, and who changed it when. */
export function RouteWhy({ msisdn }: { readonly msisdn: string }) {
  const name = numberText(msisdn, useMarket())
  const why = useInspection(msisdn)
  const [now] = why.data?.pages ?? []
  return (
    <Paper withBorder p="lg" component="section" aria-label={`Why ${name} is routed so`}>
      <div className={classes.headingRow}>
        <Title order={2} size="h4" mb="xs">
          Why it is routed so
        </Title>
        <ZoneNote />
      </div>
      {why.isPending && <Loader aria-label={`Asking why ${name} is routed so`} />}
      {why.error && <Refused error={why.error} what="Why it is routed so" again={() => why.refetch()} />}
      {now && (
        <>
          <p className={classes.why}>
            <Said>{now.why}</Said>
          </p>
          <Source inspection={now} />
          <Part title="DNS, asked just now">
            <NodeAnswers nodes={now.nodes} generation={now.generation} />
          </Part>
          <Part title="History">
            <Past changes={why.data?.pages.flatMap(({ history }) => history) ?? []} />
            {why.hasNextPage && (
              <Button
                size="compact-sm"
                variant="default"
                loading={why.isFetchingNextPage}
                onClick={() => why.fetchNextPage()}
              >
                Older changes
              </Button>
            )}
          </Part>
        </>
      )}
    </Paper>
  )
}

function Source({ inspection }: { readonly inspection: Inspection }) {
  const { answered_by, route, block, static_zone, expires_at, live_port } = inspection
  return (
    <dl className={`${classes.facts} ${classes.explained}`}>
      <Fact name="Answered by">
        {ANSWERED_BY[answered_by]}
        {static_zone !== null && `, ${static_zone}`}
      </Fact>
      {route && (
        <Fact name="Source">
          {SOURCES[route.source]}, <CauseOf change={route} />, generation {route.generation}
        </Fact>
      )}
      {block && (
        <Fact name="Number block">
          {block.prefix}, held by {block.holder}
        </Fact>
      )}
      {expires_at !== null && (
        <Fact name="Holds until">
          <Timestamp at={expires_at} />
        </Fact>
      )}
      {live_port !== null && (
        <Fact name="In a port now">
          <PortLink direction="in" msgidentifier={live_port} />
        </Fact>
      )}
    </dl>
  )
}

/** Who, when, what, and by which port; newest first. */
function Past({ changes }: { readonly changes: readonly RouteChange[] }) {
  const market = useMarket()
  if (changes.length === 0) return <p className={classes.hint}>Its route was never changed here.</p>
  return (
    <ol className={evidence.list} data-look="past" aria-label="Changes of the route">
      {changes.map((change) => (
        <li key={change.generation}>
          <Timestamp at={change.at} />
          <div>
            <strong>
              {change.operator === null ? 'Route taken away' : `${change.operator} (${change.routing_number})`}
            </strong>
            {change.first_number !== change.last_number && (
              <span className={evidence.said}>with {rangeText(change, market)}</span>
            )}
            <span className={evidence.when}>
              by {change.by}: {SOURCES[change.source]}, <CauseOf change={change} />
            </span>
          </div>
          <span className={evidence.when}>generation {change.generation}</span>
        </li>
      ))}
    </ol>
  )
}

/** A port by its link, anything else in its own words. */
function CauseOf({ change }: { readonly change: Pick<RouteChange, 'source' | 'cause'> }) {
  return change.source === 'port' ? <PortLink direction="in" msgidentifier={change.cause} /> : change.cause
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.part}>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      {children}
    </section>
  )
}
