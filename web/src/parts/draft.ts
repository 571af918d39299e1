import { useEffect, useState } from 'react'

/** A form's values that outlive a reload of the page, though not the tab. */
export function useDraft<Values extends Record<string, unknown>>(name: string, empty: Values) {
  const place = `portolan.draft.${name}`
  const [values, setValues] = useState<Values>(() => ({ ...empty, ...stored(place) }))
  const isEmpty = JSON.stringify(values) === JSON.stringify(empty)
  useEffect(() => {
    if (isEmpty) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, JSON.stringify(values))
  }, [place, values, isEmpty])
  return {
    values,
    set: <Field extends keyof Values>(field: Field, value: Values[Field]) =>
      setValues((before) => ({ ...before, [field]: value })),
    replace: setValues,
    clear: () => {
      // at once: a dialog that is done is gone before its effects run
      sessionStorage.removeItem(place)
      setValues(empty)
    },
  }
}

function stored(place: string): object {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(place) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
