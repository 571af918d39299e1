import { useSyncExternalStore } from 'react'

/**
 * Where the API key is kept: localStorage as the document says (it persists between sessions), or sessionStorage when
 * "remember on this device" is off (contract O-16).
 */
const NAME = 'portolan.key'
const listeners = new Set<() => void>()

export function currentKey(): string | undefined {
  return localStorage.getItem(NAME) ?? sessionStorage.getItem(NAME) ?? undefined
}

export function saveKey(key: string, remember: 'on this device' | 'in this tab'): void {
  const [keep, forget] = remember === 'on this device' ? [localStorage, sessionStorage] : [sessionStorage, localStorage]
  keep.setItem(NAME, key)
  forget.removeItem(NAME)
  for (const listener of listeners) listener()
}

export function useKey(): string | undefined {
  return useSyncExternalStore(subscribe, currentKey)
}

/** Tells of a key that another tab has changed. @returns ends it */
export function onOtherKey(listener: () => void): () => void {
  const hear = ({ key }: StorageEvent) => {
    if (key === NAME || key === null) listener()
  }
  addEventListener('storage', hear)
  return () => removeEventListener('storage', hear)
}

/** The storage event tells of a key that another tab changed. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}
