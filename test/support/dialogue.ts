import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { encodePxs } from '../../src/clearinghouses/pxs/pxs.codec.ts'

/** What the clearinghouse says to us about a port in its order, and what we do about it. */
export type Story = {
  readonly story: string
  /** instruct: as often as the port waits for it; abort, authorise: once, as soon as it is possible. */
  readonly deed: 'instruct' | 'abort' | 'authorise' | 'nothing'
  /** Whether a copy of a message may also come under another msgid. */
  readonly isRepeatable: boolean
  said(local: string, id: string): readonly PxsBody[]
}

/** One conversation with the clearinghouse; what is said in it is made when it is said, since there may be a hundred thousand. */
export type Dialogue = { readonly story: Story; readonly msgidentifier: string; readonly local: string }

const AT = Temporal.Instant.from('2025-01-15T11:00:00Z')
const ACCEPTED: PxsBody = { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DIGI' }
const INSTRUCTED: PxsBody = { kind: 'instruction_response', result: 'accept', code: 0 }
const NOT_NOW: PxsBody = { kind: 'instruction_response', result: 'reject', code: 99, text: 'later' }
const WITHDRAWN: PxsBody = { kind: 'abort_response', result: 'accept', code: 0 }

const rejected = (code: number): PxsBody => ({ kind: 'authorisation_response', result: 'reject', code, donor: 'DIGI' })
const timedout = (phase: 'authorisation' | 'porting'): PxsBody => ({ kind: 'timedout', phase, deadline: AT })

function ported(local: string, recipient: string): PxsBody {
  const series = [{ first: local, last: local }]
  return {
    kind: 'ported',
    recipient,
    donor: recipient === 'FLOW' ? 'DIGI' : 'FLOW',
    numberType: 'mobile',
    actualAt: AT,
    series,
  }
}

/** Port-ins whose end does not depend on the order in which things are heard: that is what the replay shows. */
// biome-ignore format: a table
export const PORT_IN_STORIES: readonly Story[] = [
  { story: 'all agree',              deed: 'instruct', isRepeatable: true,  said: (local) => [ACCEPTED, INSTRUCTED, ported(local, 'FLOW')] },
  { story: 'rejected',               deed: 'instruct', isRepeatable: true,  said: () => [rejected(32)] },
  { story: 'wrong account type',     deed: 'instruct', isRepeatable: true,  said: () => [rejected(35)] },
  { story: 'a silent donor',         deed: 'nothing',  isRepeatable: true,  said: () => [timedout('authorisation')] },
  { story: 'silence at the end',     deed: 'instruct', isRepeatable: true,  said: () => [ACCEPTED, INSTRUCTED, timedout('porting')] },
  { story: 'refused, then accepted', deed: 'instruct', isRepeatable: true,  said: (local) => [ACCEPTED, NOT_NOW, INSTRUCTED, ported(local, 'FLOW')] },
  { story: 'taken back',             deed: 'abort',    isRepeatable: true,  said: () => [ACCEPTED, WITHDRAWN] },
  { story: 'refused as a whole',     deed: 'instruct', isRepeatable: true,  said: (_, id) => [{ kind: 'error', erroredMsgid: `${id}-001`, errors: [{ errorCode: 'overlap', description: 'an open port' }] }] },
  { story: 'somebody else’s number', deed: 'instruct', isRepeatable: true,  said: (local) => [ACCEPTED, ported(local, 'DIGI')] },
]

/** What is said to the second port of a chain, which a wrong account type made. */
export const SECOND_STORY = { ...PORT_IN_STORIES[0], story: 'asked once more' } as Story // the table has a first row

const asked = (local: string): PxsBody => ({
  kind: 'authorisation_request',
  recipient: 'DIGI',
  donor: 'FLOW',
  numberType: 'mobile',
  accountType: 'Prepaid',
  isCoolOffOverridden: false,
  contactNumber: local,
  email: 'porting@digi.example',
  series: [{ first: local, last: local }],
})

// biome-ignore format: a table
export const PORT_OUT_STORY: Story = {
  story: 'a port-out', deed: 'authorise', isRepeatable: false, said: (local) => [asked(local), { kind: 'instruction' }, ported(local, 'DIGI')],
}

/** Stands where the number, the msgidentifier and the msgid of a message go. */
const SAMPLE = { local: '8769999999', msgidentifier: 'JM202501-NOBO-99999', msgid: 'no-such-msgid' }
const samples = new Map<Story, string[]>()

/** How many messages the clearinghouse says in a story. */
export function lengthOf(story: Story): number {
  return samplesOf(story).length
}

/** The bytes of one message; `copy` other than 0 is the same news under another msgid. Encoded once a story, since a million are said. */
export function bytesOf({ story, msgidentifier, local }: Dialogue, step: number, copy: number): Buffer {
  const sample = samplesOf(story)[step]
  if (sample === undefined) throw new Error(`${story.story} has no message ${step}`)
  return Buffer.from(
    sample
      .replaceAll(SAMPLE.msgidentifier, msgidentifier)
      .replaceAll(SAMPLE.local, local)
      .replace(SAMPLE.msgid, `${msgidentifier}-${step}-${copy}`),
  )
}

function samplesOf(story: Story): string[] {
  const known = samples.get(story)
  if (known) return known
  const { local, msgid, msgidentifier } = SAMPLE
  const encoded = story.said(local, msgidentifier).map((body) => {
    const parties = { sender: { operator: 'CRDB' }, receiver: { operator: 'FLOW' } }
    return encodePxs({ msgid, msgidentifier, at: AT, ...parties, body }).toString()
  })
  samples.set(story, encoded)
  return encoded
}
