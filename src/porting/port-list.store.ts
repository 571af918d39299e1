import type { Reader } from '../db/db.ts'
import { meets } from '../numbers/meets.ts'
import type { ListQuery } from './list-query.ts'
import { COLUMNS, type PortRow, portOf } from './port.store.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import type { ListedPort, PortFilter } from './port-in.ts'

/** Of a list: the condition on its `q`, over $5 and $6, and their values. The few that such a one finds come before their order. */
// biome-ignore format: a table
const LISTED: { readonly [K in ListQuery['kind']]: (asked: Extract<ListQuery, { readonly kind: K }>) => readonly [sql: string, ...values: unknown[]] } = {
  operator:  ({ code }) =>           ['p.counterparty = $5', code],
  number:    ({ number }) =>         [`${meets('p', '$5::text', '$5::text')} offset 0`, number],
  sequence:  ({ digits, number }) => [`(right(p.msgidentifier, 5) = $5 or ${meets('p', '$6::text', '$6::text')}) offset 0`, digits, number ?? null],
  end:       ({ text }) =>           ['right(p.msgidentifier, 5) = right($5::text, 5) and right(p.msgidentifier, length($5::text)) = $5::text offset 0', text],
  beginning: ({ text }) =>           ['p.msgidentifier collate "C" >= $5 and p.msgidentifier collate "C" < $6', text, `${text}\uffff`],
}

function listed<K extends ListQuery['kind']>(asked: Extract<ListQuery, { readonly kind: K }> & { readonly kind: K }) {
  return LISTED[asked.kind](asked)
}

/** A page of ports, most recent first. */
export async function listPorts(
  reader: Reader,
  direction: 'in' | 'out',
  filter: Omit<PortFilter, 'q'>,
  asked: ListQuery | undefined,
): Promise<ListedPort[]> {
  const [where, ...values] = asked ? listed(asked) : ['true']
  const rows = await reader.sql<PortRow & { superseded_by_msgidentifier: string | null }>(
    `select ${COLUMNS}, n.msgidentifier as superseded_by_msgidentifier
     from (select ${COLUMNS} from port p where ${where}) p left join port n on n.id = p.superseded_by
     where p.direction = $1 and ($2::smallint is null or p.state = $2)
     order by p.public_id desc limit $3 offset $4`,
    [
      direction,
      filter.state ? PORTING_STATES[filter.state] : null,
      filter.limit,
      (filter.page - 1) * filter.limit,
      ...values,
    ],
  )
  return rows.map((row) => ({ ...portOf(row), supersededByMsgidentifier: row.superseded_by_msgidentifier }))
}
