import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Answer, ask } from '../api/client.ts'
import { type Port, type PortFilter, queryOf } from '../api/ports.ts'
import { messageOf } from '../api/reason.ts'
import { csvOf } from './csv.ts'
import { Down } from './icon.tsx'
import { saveFile } from './save-file.ts'

const PAGE = 200
/** More than anybody reads in a table; whoever needs all asks the API. */
const MOST_ROWS = 10_000

// biome-ignore format: a table
const COLUMNS: readonly (readonly [header: string, value: (port: Port) => string | number])[] = [
  ['Port ID',       (port) => port.msgidentifier],
  ['ID',            (port) => port.number],
  ['State',         (port) => port.state],
  ['Requested',     (port) => port.created_at],
  ['Updated',       (port) => port.updated_at],
  ['Operator',      (port) => port.counterparty],
  ['First Number',  (port) => port.first_number],
  ['Last Number',   (port) => port.last_number],
  ['Type',          (port) => port.number_type],
  ['Account Type',  (port) => port.account_type ?? ''],
  ['Reason',        (port) => port.failure_reason ?? ''],
  ['Original',      (port) => port.original_msgidentifier ?? ''],
  ['Superseded by', (port) => port.superseded_by ?? ''],
]

/** Saves what the list shows with its filters, all pages of it. */
export function CsvExport({ filter }: { readonly filter: PortFilter }) {
  const run = useMutation({
    mutationFn: async () => {
      const { rows, isCut } = await rowsOf({ ...filter, cursor: undefined })
      const text = csvOf(
        COLUMNS.map(([header]) => header),
        rows.map((port) => COLUMNS.map(([, value]) => value(port))),
      )
      saveFile(new Blob([text], { type: 'text/csv' }), `port-${filter.direction}.csv`)
      return { isCut }
    },
  })
  return (
    <div>
      <Button variant="default" leftSection={<Down size={16} />} loading={run.isPending} onClick={() => run.mutate()}>
        Export CSV
      </Button>
      {run.error && (
        <Text size="xs" c="stop" role="alert">
          {messageOf(run.error)}
        </Text>
      )}
      {run.data?.isCut && (
        <Text size="xs" role="status">
          The first {MOST_ROWS.toLocaleString('en')} are saved. There are more: narrow the list, or ask the API.
        </Text>
      )}
    </div>
  )
}

async function rowsOf(filter: PortFilter): Promise<{ readonly rows: readonly Port[]; readonly isCut: boolean }> {
  const rows: Port[] = []
  let cursor: string | null = null
  do {
    const page: Answer<'searchPorts'> = await ask('searchPorts', {
      query: queryOf({ ...filter, cursor: cursor ?? undefined }, PAGE),
    })
    rows.push(...page.items)
    cursor = page.next
  } while (cursor !== null && rows.length < MOST_ROWS)
  return { rows, isCut: cursor !== null }
}
