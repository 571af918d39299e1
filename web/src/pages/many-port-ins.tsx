import { Button, FileButton, Group, Paper, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { type Answer, ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { Missing, messageOf } from '../api/reason.ts'
import { Confirm, Named } from '../parts/confirm.tsx'
import { counted } from '../parts/count.ts'
import { csvOf } from '../parts/csv.ts'
import { useDraft } from '../parts/draft.ts'
import { rangeText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortLink } from '../parts/port-link.tsx'
import { saveFile } from '../parts/save-file.ts'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useFocusInvalid } from '../parts/use-focus-invalid.ts'

type Verdicts = Answer<'submitPortIns'>
type Line = Verdicts['lines'][number]

const HEADER = [
  'first_number',
  'last_number',
  'number_type',
  'account_type',
  'donor',
  'email',
  'contact_number',
  'override_cool_off',
]

/** Many port-ins from CSV: a verdict for each line before anything is sent, and again after (one bad line stops no other). */
export function ManyPortInsPage() {
  const market = useMarket()
  const queries = useQueryClient()
  const { values, set } = useDraft('many-port-ins', { csv: '' })
  const [isAsking, setIsAsking] = useState(false)
  const form = useRef<HTMLDivElement>(null)
  const sameFileAgain = useRef<() => void>(null)
  const check = useMutation({
    mutationFn: async () => {
      if (values.csv.trim() === '') throw new Missing({ csv: 'Paste the lines here, or open a file.' })
      return ask('submitPortIns', { query: { dry_run: true }, body: values.csv })
    },
    // the verdicts of what was submitted would stand in the place of these
    onMutate: () => submit.reset(),
  })
  const submit = useMutation({
    mutationFn: () => ask('submitPortIns', { query: {}, body: values.csv }),
    onSuccess: () => {
      setIsAsking(false)
      check.reset()
      void queries.invalidateQueries({ queryKey: ['ports'] })
    },
  })
  const change = (csv: string) => {
    set('csv', csv)
    check.reset()
    submit.reset()
  }
  const open = async (file: File | null) => {
    if (file) change(await file.text())
    // a browser says nothing of a file that is chosen again, though it may have been mended meanwhile
    sameFileAgain.current?.()
  }
  const problem = check.error ?? (isAsking ? null : submit.error)
  useFocusInvalid(form, problem)
  const example = market.number_examples.mobile
  const template = csvOf(HEADER, [[example, example, 'mobile', 'Prepaid', 'Auto', 'ops@example.com', example, 'no']])
  const verdicts = submit.data ?? check.data
  return (
    <>
      <div className={classes.headingRow}>
        <h1>Many porting requests</h1>
        <Link to="/porting-request">One porting request</Link>
      </div>
      <Paper withBorder p="lg">
        <Stack ref={form}>
          <Textarea
            label="CSV"
            description={`With a header: ${HEADER.join(', ')}`}
            value={values.csv}
            error={problem && messageOf(problem)}
            onChange={({ currentTarget }) => change(currentTarget.value)}
            rows={8}
            spellCheck={false}
            classNames={{ input: classes.csv ?? '' }}
          />
          <Group>
            <Button loading={check.isPending} onClick={() => check.mutate()}>
              Check every line
            </Button>
            <FileButton accept=".csv,text/csv,text/plain" resetRef={sameFileAgain} onChange={(file) => void open(file)}>
              {(props) => (
                <Button variant="default" {...props}>
                  Open a file
                </Button>
              )}
            </FileButton>
            <Button
              variant="default"
              onClick={() => saveFile(new Blob([template], { type: 'text/csv' }), 'port-ins.csv')}
            >
              Template
            </Button>
          </Group>
        </Stack>
      </Paper>
      {verdicts && (
        <Stack mt="lg" component="section" aria-label="Verdicts">
          <Group justify="space-between">
            <Text role="status">
              {verdicts.is_dry_run ? 'Nothing has been sent. ' : ''}
              <strong>{verdicts.accepted}</strong> {verdicts.is_dry_run ? 'would be accepted' : 'submitted'},{' '}
              <strong>{verdicts.refused}</strong> refused
            </Text>
            {verdicts.is_dry_run && (
              <Button color="go" disabled={verdicts.accepted === 0} onClick={() => setIsAsking(true)}>
                Submit the {verdicts.accepted} accepted
              </Button>
            )}
          </Group>
          <VerdictTable lines={verdicts.lines} />
        </Stack>
      )}
      {isAsking && check.data && (
        <Confirm
          title="Submit port-ins"
          action="Submit them"
          color="go"
          isRunning={submit.isPending}
          error={submit.error}
          onConfirm={() => submit.mutate()}
          onClose={() => setIsAsking(false)}
        >
          <Named>{counted(check.data.accepted, 'request')}</Named>
          <Text size="sm">
            {check.data.lines
              .filter(({ verdict }) => verdict === 'accepted')
              .slice(0, 5)
              .map((line) => textOf(line, market))
              .join(', ')}
            {check.data.accepted > 5 && ' and others'}. Lines that were refused are left out.
          </Text>
        </Confirm>
      )}
    </>
  )
}

function textOf({ first_number, last_number }: Line, market: Parameters<typeof rangeText>[1]): string {
  return first_number === null || last_number === null ? '' : rangeText({ first_number, last_number }, market)
}

function VerdictTable({ lines }: { readonly lines: readonly Line[] }) {
  const market = useMarket()
  // biome-ignore format: a table
  const columns: readonly TableColumn<Line>[] = [
    { label: 'Line',              cell: ({ line }) => line },
    { label: 'Verdict',           cell: ({ verdict }) => <span className={classes.state} data-tone={verdict === 'accepted' ? 'done' : 'failed'}>{verdict}</span> },
    { label: 'Numbers',           cell: (line) => <span className={classes.number}>{textOf(line, market)}</span> },
    { label: 'Donor',             cell: ({ donor }) => donor ?? '' },
    { label: 'Port ID or reason', cell: (line) => <PortOrReason line={line} /> },
  ]
  return <Table label="A verdict for each line" columns={columns} rows={lines} keyOf={({ line }) => String(line)} />
}

function PortOrReason({ line: { msgidentifier, problem } }: { readonly line: Line }) {
  return (
    <>
      {msgidentifier && <PortLink direction="in" msgidentifier={msgidentifier} />}
      {problem && <span className={classes.reason}>{problem.detail}</span>}
    </>
  )
}
