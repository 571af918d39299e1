/** The part of npm `smpp` that is used here; the package has no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer, Socket } from 'node:net'

  /** A PDU of SMPP 3.4; its parameters by the names of the specification, those used here typed. */
  export type Pdu = {
    readonly command: string
    readonly command_status: number
    readonly sequence_number: number
    readonly system_id?: string
    readonly password?: string
    readonly message_id?: string
    readonly source_addr?: string
    readonly destination_addr?: string
    readonly short_message?: { readonly message: string | Buffer }
    isResponse(): boolean
    response(parameters?: Readonly<Record<string, unknown>>): Pdu
  }

  type Send = (parameters: Readonly<Record<string, unknown>>, onResponse?: (pdu: Pdu) => void) => boolean

  class Session extends EventEmitter {
    readonly socket: Socket
    readonly bind_transmitter: Send
    readonly bind_transceiver: Send
    readonly submit_sm: Send
    readonly unbind: Send
    /** @returns false when the socket takes nothing any more */
    send(pdu: Pdu): boolean
    close(): void
    destroy(): void
  }

  type Server = NetServer

  const smpp: {
    connect(options: {
      readonly host: string
      readonly port: number
      readonly tls?: boolean
      readonly servername?: string
    }): Session
    createServer(onSession: (session: Session) => void): Server
    /** Status words of SMPP 3.4 §5.1.3 to their numbers: `ESME_RINVDSTADR` is 0x0B. */
    readonly errors: Readonly<Record<string, number>>
  }

  // biome-ignore lint/style/noDefaultExport: a CommonJS package is imported as its default
  export { type Session, smpp as default }
}
