import { Input, Radio, Stack } from '@mantine/core'
import { useId } from 'react'

type Choice = { readonly value: string; readonly label: string; readonly description: string }
type Props = {
  readonly label: string
  readonly description: string
  readonly choices: readonly Choice[]
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}

/** One of a few, all of them seen. What is wrong with the choice is said of the group: no single radio button is. */
export function OneOf({ label, description, choices, value, error, onChange }: Props) {
  const id = useId()
  return (
    <Input.Wrapper
      labelElement="div"
      label={label}
      description={description}
      error={error}
      labelProps={{ id: `${id}label` }}
      descriptionProps={{ id: `${id}description` }}
      errorProps={{ id: `${id}error` }}
    >
      <Stack
        gap="xs"
        mt="xs"
        role="radiogroup"
        aria-labelledby={`${id}label`}
        aria-describedby={error === undefined ? `${id}description` : `${id}error ${id}description`}
        aria-invalid={error !== undefined}
        aria-required
      >
        {choices.map(({ value: one, ...words }) => (
          <Radio key={one} name={id} value={one} checked={one === value} onChange={() => onChange(one)} {...words} />
        ))}
      </Stack>
    </Input.Wrapper>
  )
}
