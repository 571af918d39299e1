import { type RefObject, useLayoutEffect } from 'react'

/**
 * Puts the focus on the first field with a problem as soon as the problem stands beside it, so that a screen reader says both; of
 * a choice, on the first that can be chosen. A problem of no field is brought into view: it may stand far above the button.
 *
 * @param problem of the last attempt: another object for another attempt; null or undefined when there is none
 */
export function useFocusInvalid(form: RefObject<HTMLElement | null>, problem: unknown): void {
  // before anybody sees the problem: what is typed after it goes to its field
  useLayoutEffect(() => {
    if (!problem) return
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid=true]')
    const field = wrong?.matches('[role=radiogroup]') ? wrong.querySelector('input') : wrong
    field?.focus()
    if (!field) form.current?.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' })
  }, [form, problem])
}
