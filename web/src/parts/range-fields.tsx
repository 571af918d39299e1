import { SimpleGrid, TextInput } from '@mantine/core'
import { useMarket } from '../api/market.ts'

export type RangeText = { readonly first: string; readonly last: string }
export const NO_RANGE: RangeText = { first: '', last: '' }

type Props = RangeText & {
  readonly onChange: (end: keyof RangeText, text: string) => void
  /** By the name that the server has for the field. */
  readonly reasons: Readonly<Record<string, string>>
}

/** A number, or the ends of a range, as people write them. */
export function RangeFields({ first, last, onChange, reasons }: Props) {
  const { number_examples } = useMarket()
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
      <TextInput
        label="First Number"
        description={`Such as ${number_examples.mobile}`}
        required
        withAsterisk={false}
        inputMode="tel"
        autoComplete="off"
        maxLength={30}
        value={first}
        error={reasons.first_number}
        onChange={({ currentTarget }) => onChange('first', currentTarget.value)}
      />
      <TextInput
        label="Last Number"
        description="Left blank: the same"
        inputMode="tel"
        autoComplete="off"
        maxLength={30}
        placeholder={first}
        value={last}
        error={reasons.last_number}
        onChange={({ currentTarget }) => onChange('last', currentTarget.value)}
      />
    </SimpleGrid>
  )
}

/** As the native API takes it. */
export function rangeWish({ first, last }: RangeText): { first_number: string; last_number?: string } {
  return { first_number: first.trim(), ...(last.trim() !== '' && { last_number: last.trim() }) }
}
