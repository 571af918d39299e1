import { Button, Group } from '@mantine/core'

type Props = {
  /** Of which list. */
  readonly label: string
  /** Where the shown page begins; undefined: at the beginning. */
  readonly cursor: string | undefined
  /** Where the one after it begins; null or undefined: this is the last. */
  readonly next: string | null | undefined
  readonly onTurn: (cursor: string | undefined) => void
}

/** Forward page by page, and back to the first; nothing where one page has all. */
export function Pager({ label, cursor, next, onTurn }: Props) {
  if (cursor === undefined && !next) return null
  return (
    <Group justify="space-between" mt="sm" component="nav" aria-label={label}>
      <Button variant="default" size="xs" disabled={cursor === undefined} onClick={() => onTurn(undefined)}>
        First page
      </Button>
      <Button variant="default" size="xs" disabled={!next} onClick={() => onTurn(next ?? undefined)}>
        Next page
      </Button>
    </Group>
  )
}
