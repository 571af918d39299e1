import { PasswordInput, type PasswordInputProps } from '@mantine/core'

type Props = Pick<PasswordInputProps, 'label' | 'description' | 'required' | 'maxLength' | 'value'> & {
  /** Of the button that shows it. */
  readonly show: string
  readonly error: string | undefined
  /** Has the focus where a dialog begins. */
  readonly isFirst?: boolean
  readonly onChange: (value: string) => void
}

/** What others must not read over a shoulder. The library says to nobody that such a field is wrong, so that is said here. */
export function SecretInput({ show, error, isFirst, onChange, ...rest }: Props) {
  return (
    <PasswordInput
      {...rest}
      withAsterisk={false}
      autoComplete="off"
      spellCheck={false}
      error={error}
      aria-invalid={error !== undefined}
      data-autofocus={isFirst}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      visibilityToggleButtonProps={{ tabIndex: 0, 'aria-label': show }}
    />
  )
}
