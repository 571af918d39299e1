import type { NodeAnswer } from '../api/routes.ts'
import { counted } from './count.ts'
import evidence from './evidence.module.css'
import { NaptrRecords } from './naptr-records.tsx'
import classes from './parts.module.css'
import { ToneBadge } from './state-badge.tsx'

type Props = {
  readonly nodes: readonly NodeAnswer[]
  /** The newest of the routes. */
  readonly generation: number
}

/** What each DNS node answered under every apex, and from which generation of the routes. */
export function NodeAnswers({ nodes, generation }: Props) {
  if (nodes.length === 0) return <p className={classes.hint}>No DNS node is known here.</p>
  return (
    <ul className={evidence.list} aria-label="DNS nodes">
      {nodes.map((node) => (
        <li key={node.node}>
          <ToneBadge tone={node.is_right ? 'done' : 'failed'} label={node.is_right ? 'Right' : 'Wrong'} />
          <div>
            <strong className={classes.code}>{node.node}</strong>
            {node.answers.map(({ name, rcode, records, problem }) => (
              <div key={name} className={classes.asked}>
                {problem !== null && (
                  <span className={evidence.said} data-failed>
                    {problem}
                  </span>
                )}
                <details className={evidence.inputs} open={problem !== null}>
                  <summary>
                    {name} {rcode ?? 'no answer'}, {counted(records.length, 'record')}
                  </summary>
                  <NaptrRecords records={records} />
                </details>
              </div>
            ))}
          </div>
          <span className={evidence.when}>{generationOf(node, generation)}</span>
        </li>
      ))}
    </ul>
  )
}

function generationOf({ generation, behind }: NodeAnswer, newest: number): string {
  if (generation === null) return 'generation unknown'
  return behind === 0 || behind === null ? `generation ${generation}` : `generation ${generation} of ${newest}`
}
