import { type RefObject, useEffect } from 'react'

/**
 * Puts the focus on the first field with a problem as soon as the problem stands beside it, so that a screen reader says both.
 *
 * @param problem of the last attempt: another object for another attempt; null or undefined when there is none
 */
export function useFocusInvalid(form: RefObject<HTMLElement | null>, problem: unknown): void {
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [form, problem])
}
