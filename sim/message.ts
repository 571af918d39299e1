import type { PxsMessage, PxsProblem } from '../src/clearinghouses/pxs/messages.codec.ts'
import { decodePxs, encodePxsAck } from '../src/clearinghouses/pxs/pxs.codec.ts'
import { react } from './desk.ts'
import { storyOfDossier } from './draft.ts'
import type { Stage } from './pxs.ts'
import { storyOf } from './stories.ts'
import type { Entry, LogLine } from './world.ts'

/** The acknowledgement, or `lost`: the message was taken, and the connection is to break before it is said. */
export type Taken = { readonly status: 200 | 400; readonly body: Buffer } | 'lost'

/**
 * Takes a message of the client: schema and identity are judged at once and answered in the acknowledgement, the rest
 * later by a message. A repeated msgid is acknowledged as a duplicate and has no effect.
 */
export function takeMessage(stage: Stage, bytes: Buffer): Taken {
  const decoded = decodePxs(bytes)
  const line = { at: nowText(stage), direction: 'received', xml: bytes.toString() } as const
  switch (decoded.kind) {
    case 'ack':
      return refuse(stage, line, undefined, { errorCode: 'schema', description: 'an acknowledgement is no message' })
    case 'malformed':
      return refuse(stage, line, decoded.msgid, { errorCode: 'schema', description: decoded.reason.slice(0, 255) })
    case 'unknown': {
      const { msgid, msgtype } = decoded.header
      return refuse(stage, { ...line, msgid, msgtype }, msgid, {
        errorCode: 'msgtype',
        description: `unknown message type ${msgtype}`,
      })
    }
    case 'message':
      return takeWellFormed(stage, decoded.message, { ...line, ...aboutOf(decoded.message) })
  }
}

type Line = Omit<LogLine, 'note'>

function takeWellFormed(stage: Stage, message: PxsMessage, line: Line): Taken {
  const { cast, world, faults } = stage
  const { msgid, sender, body } = message
  const key = `${sender.operator} ${msgid}`
  if (world.seen.has(key)) {
    stage.commit([{ kind: 'log', line: { ...line, note: 'duplicate' } }])
    return acknowledge(msgid, true)
  }
  if (sender.operator !== cast.market.operator) {
    return refuse(stage, line, msgid, {
      errorCode: 'sender',
      description: `you are ${cast.market.operator}, not ${sender.operator}`,
    })
  }
  if (faults.refuse > 0) {
    faults.refuse -= 1
    return refuse(stage, line, msgid, { errorCode: 'refused', description: 'refused by a fault switch' })
  }
  const story = body.kind === 'authorisation_request' ? storyOf(body.series[0]?.first ?? '') : undefined
  if (story?.acknowledges === 'never') {
    return refuse(stage, line, msgid, { errorCode: 'refused', description: 'refused by the clearinghouse' })
  }
  const heard: Entry[] = [
    { kind: 'log', line: { ...line, note: 'taken' } },
    { kind: 'seen', key },
  ]
  if (faults.lose === body.kind) {
    faults.lose = undefined
    stage.commit(heard)
    return acknowledge(msgid, false)
  }
  stage.commit([...heard, ...react(cast, world, message, stage.nowMs())])
  return isAckLost(stage, message) ? 'lost' : acknowledge(msgid, false)
}

function isAckLost({ cast, world, faults }: Stage, { msgidentifier }: PxsMessage): boolean {
  if (faults.dropAcks > 0) {
    faults.dropAcks -= 1
    return true
  }
  const dossier = msgidentifier === undefined ? undefined : world.dossiers.get(msgidentifier)
  return dossier !== undefined && storyOfDossier(cast, dossier).acknowledges === 'second_attempt'
}

function acknowledge(msgid: string, isDuplicate: boolean): Taken {
  return { status: 200, body: encodePxsAck({ msgid, result: 'accept', isDuplicate, errors: [] }) }
}

/** A refusal is not remembered: the same msgid may come again, mended. */
function refuse(stage: Stage, line: Line, msgid: string | undefined, problem: PxsProblem): Taken {
  stage.commit([{ kind: 'log', line: { ...line, note: `refused, ${problem.errorCode}: ${problem.description}` } }])
  const named = msgid !== undefined && msgid.length <= 128 ? msgid : undefined
  const body = encodePxsAck({ msgid: named ?? 'unknown', result: 'reject', isDuplicate: false, errors: [problem] })
  return { status: named === undefined ? 400 : 200, body }
}

function aboutOf({ msgid, msgidentifier, body }: PxsMessage) {
  return { msgid, msgtype: body.kind, ...(msgidentifier !== undefined && { msgidentifier }) }
}

function nowText(stage: Stage): string {
  return Temporal.Instant.fromEpochMilliseconds(stage.nowMs()).toString()
}
