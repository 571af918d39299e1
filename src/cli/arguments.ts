import { InvalidArgumentError } from 'commander'

/** A whole number, for an option that is one: what is none must not reach the server as something else. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('give a whole number without separators')
  return Number(text)
}

export function instant(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch {
    throw new InvalidArgumentError('give an instant with its offset, such as 2026-12-24T18:00:00Z')
  }
}
