import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import { AskForm } from './ask-form.tsx'
import { type Range, rangeText } from './number.ts'
import classes from './parts.module.css'
import { RangeFields, type RangeText } from './range-fields.tsx'

type Props = {
  readonly name: string
  /** What the button says. */
  readonly action: string
  /** What is said of the numbers once it is done: `Locked:`. */
  readonly done: string
  readonly change: { readonly error: unknown; readonly isPending: boolean; readonly data: Range | undefined }
  /** Of the fields beside the numbers. */
  readonly labels: Readonly<Record<string, string>>
  readonly range: RangeText
  readonly onRange: (end: keyof RangeText, text: string) => void
  readonly onSend: () => void
  readonly children: (reasons: Readonly<Record<string, string>>) => ReactNode
}

/** A form that does something to a number or a range, and says to which it was done. */
export function NumbersForm({ name, action, done, change, labels, range, onRange, onSend, children }: Props) {
  const market = useMarket()
  return (
    <AskForm
      name={name}
      error={change.error}
      labels={{ first_number: 'First Number', last_number: 'Last Number', ...labels }}
      onSend={onSend}
    >
      {(reasons) => (
        <>
          <RangeFields first={range.first} last={range.last} onChange={onRange} reasons={reasons} />
          {children(reasons)}
          <Button type="submit" loading={change.isPending}>
            {action}
          </Button>
          <span role="status" className={classes.done}>
            {change.data && `${done} ${rangeText(change.data, market)}`}
          </span>
        </>
      )}
    </AskForm>
  )
}
