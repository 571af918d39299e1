import smpp, { type Pdu, type Session } from 'smpp'
import type { SmsAccess } from './access.schema.ts'
import type { Sms, SmsStanding } from './providers.ts'
import { refused, type SmsOutcome } from './sms-http.client.ts'

const DEFAULT_PORT = 2775
/** How long a peer may take to answer an unbind before the socket is cut. */
const UNBIND_MS = 1000

/** Status words of SMPP 3.4 §5.1.3 by number. */
const STATUS_WORDS = new Map(Object.entries(smpp.errors).map(([word, number]) => [number, word]))

type Options = { readonly name: string; readonly timeoutSeconds: number }

/**
 * Binds, submits one message, unbinds. Never throws: what goes wrong on the way is an outcome.
 *
 * @param timeoutSeconds - from the connection to the answer to the message
 */
export async function sendBySmpp(access: SmsAccess, sms: Sms, options: Options): Promise<SmsOutcome> {
  let isHandedOver = false
  try {
    return await bound(access, options, {
      refused: (answer) => refused(`bind refused: ${statusOf(answer)}`),
      work: async (session) => {
        isHandedOver = true
        return outcomeOf(await submit(session, sms))
      },
    })
  } catch (error) {
    // whatever the network does is an answer to the question that was asked
    return { ...refused(notAsked(error, options)), isInDoubt: isHandedOver }
  }
}

/** The answers to a bind that speak of who we are: the rest may be the hour, or another session of ours (SMPP 3.4 §5.1.3). */
const CREDENTIALS_REFUSED: ReadonlySet<string | undefined> = new Set([
  'ESME_RBINDFAIL',
  'ESME_RINVPASWD',
  'ESME_RINVSYSID',
  'ESME_RINVSYSTYP',
])

/** Binds and unbinds, which sends nothing. Never throws. */
export async function whoAmIBySmpp(access: SmsAccess, options: Options): Promise<SmsStanding> {
  try {
    return await bound<SmsStanding>(access, options, {
      refused: (answer) => ({
        kind: CREDENTIALS_REFUSED.has(STATUS_WORDS.get(answer.command_status)) ? 'refused' : 'unknown',
        said: `bind refused: ${statusOf(answer)}`,
      }),
      work: async () => ({ kind: 'accepted' }),
    })
  } catch (error) {
    return { kind: 'unknown', said: notAsked(error, options) }
  }
}

function notAsked(error: unknown, { name }: Options): string {
  return `${name} could not be asked: ${error instanceof Error ? error.message : 'the attempt failed'}`
}

type Deed<T> = { readonly refused: (answer: Pdu) => T; readonly work: (session: Session) => Promise<T> }

/** A session that is bound for one deed, and unbound after it. Throws when it ends, breaks or takes too long. */
async function bound<T>(access: SmsAccess, { timeoutSeconds }: Options, { refused, work }: Deed<T>): Promise<T> {
  const session = open(access)
  const failed = failureOf(session, timeoutSeconds)
  try {
    const answer = await Promise.race([bind(session, access), failed])
    if (answer.command_status !== 0) {
      session.destroy()
      return refused(answer)
    }
    const done = await Promise.race([work(session), failed])
    leave(session)
    return done
  } catch (error) {
    session.destroy()
    throw error
  }
}

function open({ baseUrl }: SmsAccess): Session {
  const { protocol, hostname, port } = new URL(baseUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  const address = { host, port: Number(port) || DEFAULT_PORT }
  const session = smpp.connect(protocol === 'smpps:' ? { ...address, tls: true, servername: host } : address)
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()))
  // a message for the real application of this account: a temporary error makes the provider keep it
  session.on('deliver_sm', (pdu: Pdu) => session.send(pdu.response({ command_status: smpp.errors.ESME_RX_T_APPN })))
  return session
}

/** Rejects when the session ends, breaks or takes too long. */
function failureOf(session: Session, timeoutSeconds: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutSeconds} s`)), timeoutSeconds * 1000)
  session.on('error', (error: Error) => reject(error))
  session.on('close', () => {
    clearTimeout(timer)
    reject(new Error('the connection was closed before an answer'))
  })
  promise.catch(() => {}) // a close after the answer is no failure
  return promise
}

/** Binds as a transmitter unless told otherwise: a receiver would be given what belongs to others of this account. */
function bind(session: Session, access: SmsAccess): Promise<Pdu> {
  const { promise, resolve } = Promise.withResolvers<Pdu>()
  const { baseUrl, account, key, systemType = '', bindAs = 'transmitter' } = access
  const parameters = { system_id: account, password: key, system_type: systemType, interface_version: 0x34 }
  const bound = () => session[bindAs === 'transceiver' ? 'bind_transceiver' : 'bind_transmitter'](parameters, resolve)
  session.once(baseUrl.startsWith('smpps:') ? 'secureConnect' : 'connect', bound)
  session.once('generic_nack', resolve)
  return promise
}

function submit(session: Session, { to, from, text }: Sms): Promise<Pdu> {
  const { promise, resolve } = Promise.withResolvers<Pdu>()
  session.once('generic_nack', resolve)
  const message = {
    ...sourceOf(from),
    dest_addr_ton: 1, // international
    dest_addr_npi: 1, // E.164
    destination_addr: to.replace('+', ''),
    data_coding: 0, // the provider's default alphabet, in which our letters are those of ASCII
    short_message: Buffer.from(text, 'ascii'),
    registered_delivery: 0, // a receipt would come to a session that is gone
  }
  session.submit_sm(message, resolve)
  return promise
}

/** Type of number and numbering plan of a sender, SMPP 3.4 §5.2.5: international, unknown (short code), alphanumeric. */
function sourceOf(from: string): { source_addr_ton: number; source_addr_npi: number; source_addr: string } {
  if (from.startsWith('+')) return { source_addr_ton: 1, source_addr_npi: 1, source_addr: from.slice(1) }
  if (/^[0-9]+$/.test(from)) return { source_addr_ton: 0, source_addr_npi: 1, source_addr: from }
  return { source_addr_ton: 5, source_addr_npi: 0, source_addr: from }
}

function leave(session: Session): void {
  const cut = setTimeout(() => session.destroy(), UNBIND_MS)
  session.once('close', () => clearTimeout(cut))
  if (!session.unbind({}, () => session.close())) session.destroy()
}

function outcomeOf(answer: Pdu): SmsOutcome {
  const transactionId = String(answer.sequence_number)
  if (answer.command_status !== 0) {
    return { ...refused(`submit_sm refused: ${statusOf(answer)}`), transactionId }
  }
  // some providers give no message_id; the status alone says that the message was taken
  const messageId = answer.message_id ?? ''
  return {
    isAccepted: true,
    isInDoubt: false,
    messageId,
    transactionId,
    response: `${answer.command} ${statusOf(answer)} message_id=${messageId}`,
  }
}

/** `0x0000000B ESME_RINVDSTADR`, as providers' support spells it. */
function statusOf({ command_status: status }: Pdu): string {
  const hex = `0x${status.toString(16).toUpperCase().padStart(8, '0')}`
  return [hex, STATUS_WORDS.get(status)].filter(Boolean).join(' ')
}
