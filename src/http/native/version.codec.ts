import { Fault } from '../../shared/fault.ts'

/** RFC 9110 §8.8.3: the version of what was read, as a strong validator. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/**
 * The version that a change is meant for. Faults: version_missing when nothing is said (RFC 6585 §3), field_invalid when it is
 * no ETag of ours.
 */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined || ifMatch.trim() === '') {
    throw new Fault(
      'version_missing',
      'the header If-Match is missing: send the ETag of what you read, so that nobody else’s change is lost',
      'If-Match',
    )
  }
  const version = /^(?:W\/)?"([0-9]{1,9})"$/.exec(ifMatch.trim())?.[1]
  if (version === undefined)
    throw new Fault('field_invalid', 'If-Match must be the ETag that was read, such as "3"', 'If-Match')
  return Number(version)
}
