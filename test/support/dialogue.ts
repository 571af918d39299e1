import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { encodePxs } from '../../src/clearinghouses/pxs/pxs.codec.ts'

/** One conversation with the clearinghouse: what it says to us in its order, and what we do in it. */
export type Dialogue = {
  readonly story: string
  readonly msgidentifier: string
  readonly local: string
  readonly said: readonly PxsBody[]
  /** instruct: as often as the port waits for it; abort, authorise: once, as soon as it is possible. */
  readonly deed: 'instruct' | 'abort' | 'authorise' | 'nothing'
  /** Whether a copy of a message may also come under another msgid. */
  readonly isRepeatable: boolean
}

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

type Story = Pick<Dialogue, 'story' | 'deed' | 'isRepeatable'> & { said(local: string, id: string): PxsBody[] }

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

export function dialogue({ said, ...story }: Story, msgidentifier: string, local: string): Dialogue {
  return { ...story, msgidentifier, local, said: said(local, msgidentifier) }
}

/** The bytes of one message; `copy` other than 0 is the same news under another msgid. */
export function bytesOf({ msgidentifier }: Dialogue, body: PxsBody, step: number, copy: number): Buffer {
  return encodePxs({
    msgid: `${msgidentifier}-${step}-${copy}`,
    msgidentifier,
    at: AT,
    sender: { operator: 'CRDB' },
    receiver: { operator: 'FLOW' },
    body,
  })
}
