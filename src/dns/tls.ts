import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createSecureContext, createServer, type SecureContextOptions, type Server } from 'node:tls'
import type { Log } from '../shared/log.ts'

/** DNS over TLS (RFC 7858): where, and who we say that we are. */
export type TlsOptions = {
  /** 0 takes a free port. */
  readonly port: number
  /** PEM: our certificate, then those that lead to its authority. */
  readonly certificateFile: string
  /** PEM. */
  readonly keyFile: string
  /** How often the two files are looked at: a renewed certificate is taken without a restart. Default: a minute. */
  readonly lookEverySeconds?: number
}

const LOOK_EVERY_SECONDS = 60
/** A peer that connects and says nothing. */
const HANDSHAKE_MS = 10_000

/**
 * Listens for TLS; what connections carry is DNS over TCP (RFC 7858 §3.3), which the caller reads. Nobody is asked for a
 * certificate of his own.
 *
 * @throws Error when the files cannot be read, do not belong together, or the port is taken
 */
export async function listenTls(
  { port, lookEverySeconds = LOOK_EVERY_SECONDS, ...files }: TlsOptions,
  { host, log }: { readonly host: string; readonly log: Log },
): Promise<{ readonly server: Server; readonly port: number; readonly close: () => void }> {
  let identity = await readIdentity(files)
  // RFC 7858 §3.2 leaves the versions to BCP 195; `dot` is what RFC 7858 §6 registers for ALPN
  const server = createServer({
    ...identity,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['dot'],
    handshakeTimeout: HANDSHAKE_MS,
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy()) // a peer that cannot is no event of ours
  const look = async (): Promise<void> => {
    const found = await readIdentity(files)
    if (found.cert === identity.cert && found.key === identity.key) return
    identity = found
    server.setSecureContext(found)
    log.info({ certificateFile: files.certificateFile }, 'DNS over TLS has a new certificate')
  }
  const clock = setInterval(() => {
    look().catch((error: unknown) => log.error({ err: error }, 'DNS over TLS goes on with the certificate that it has'))
  }, lookEverySeconds * 1000)
  clock.unref()
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    clearInterval(clock)
    throw new Error(`DNS over TLS cannot listen on ${host} port ${port}`, { cause: error })
  }
  const address = server.address()
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close() {
      clearInterval(clock)
      server.close()
    },
  }
}

type Identity = SecureContextOptions & { readonly cert: string; readonly key: string }

async function readIdentity({
  certificateFile,
  keyFile,
}: Pick<TlsOptions, 'certificateFile' | 'keyFile'>): Promise<Identity> {
  const [cert, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')])
  try {
    createSecureContext({ cert, key })
    // a context without a key is no error there, and a file that is just being written may be empty
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error('the key is another one')
  } catch (error) {
    throw new Error(`${certificateFile} and ${keyFile} are no certificate and its key`, { cause: error })
  }
  return { cert, key }
}
