import { useSyncExternalStore } from 'react'

/** For how long what was done is said: long enough to be read twice. */
const SHOWN_MS = 12_000

let told = ''
let ending: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function become(text: string): void {
  told = text
  for (const listener of listeners) listener()
}

/** Says what was done, for whoever does not see the row change. */
export function tell(text: string): void {
  clearTimeout(ending)
  become(text)
  ending = setTimeout(() => become(''), SHOWN_MS)
}

export function useTold(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => told,
  )
}
