import { TextInput } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import { digitsOf, fullDigits, numberText } from './number.ts'
import classes from './parts.module.css'

type Props = {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | undefined
}

/** A local number; the country code stands before it, and the full number below it as it will be asked for. */
export function LocalNumberInput({ label, value, onChange, error }: Props) {
  const market = useMarket()
  const isFull = value.trim().startsWith('+')
  return (
    <TextInput
      label={label}
      description={
        digitsOf(value) === ''
          ? `Local format, such as ${market.number_examples.mobile}; the country code is added`
          : `Full number: ${numberText(fullDigits(value, market), market)}`
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      required
      withAsterisk={false}
      inputMode="tel"
      autoComplete="off"
      value={value}
      error={error}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      leftSection={isFull ? undefined : <span className={classes.countryCode}>+{market.country_code}</span>}
      leftSectionWidth={isFull ? undefined : 46}
    />
  )
}
