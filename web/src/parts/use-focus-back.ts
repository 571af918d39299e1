import { type RefObject, useEffect, useState } from 'react'

/**
 * Gives the focus back once this is gone to what had it before: a modal that is taken out of the page as a whole does not do so by
 * itself, and whoever works with the keyboard would begin again at the top.
 *
 * @param otherwise - where it goes when that is no longer there, as the item of a menu; else to the page
 */
export function useFocusBack(otherwise?: RefObject<HTMLElement | null>): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // whoever has taken it meanwhile keeps it
      if (document.activeElement !== null && document.activeElement !== document.body) return
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body
      const target = isThere ? before : (otherwise?.current ?? document.getElementById('main'))
      target?.focus({ preventScroll: true })
    },
    [before, otherwise],
  )
}
