import type { Socket } from 'node:net'
import { concatBytes, utf8ToBytes } from '@ply/bytes'
import type { HostAndPort } from './address.ts'

/** RFC 1928 and 1929. */
const VERSION = 5
const METHOD_NONE = 0
const METHOD_PASSWORD = 2
const AUTHENTICATION_VERSION = 1
const CONNECT = 1
const DOMAIN_NAME = 3
const MAX_NAME = 255
/** Bytes of an address in a reply, by its type: IPv4, IPv6; of a name, its length stands before it. */
const ADDRESS_LENGTH: Readonly<Record<number, number>> = { 1: 4, 4: 16 }

const FAILURES = [
  'succeeded',
  'general failure',
  'connection not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'protocol error',
  'address type not supported',
]

export interface Socks5Request {
  readonly target: HostAndPort
  /** Name and password: Tor leads connections with different ones over different ways. */
  readonly credentials: readonly [name: string, password: string] | undefined
}

/** Waits for the next `length` bytes of a socket, and leaves what follows for the next reader. */
function readExactly(socket: Socket, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      const bytes = socket.read(length) as Buffer | null
      if (!bytes) return
      done()
      if (bytes.length === length) resolve(new Uint8Array(bytes))
      else reject(new Error('the proxy closed the connection'))
    }
    const fail = (error?: Error): void => {
      done()
      reject(error ?? new Error('the proxy closed the connection'))
    }
    const done = (): void => {
      socket.off('readable', take).off('error', fail).off('end', fail).off('close', fail)
    }
    socket.on('readable', take).on('error', fail).on('end', fail).on('close', fail)
    take()
  })
}

const shortText = (text: string): Uint8Array => {
  const bytes = utf8ToBytes(text)
  return concatBytes(Uint8Array.of(bytes.length), bytes)
}

async function authenticate(socket: Socket, credentials: Socks5Request['credentials']): Promise<void> {
  const methods = credentials ? [METHOD_NONE, METHOD_PASSWORD] : [METHOD_NONE]
  socket.write(Uint8Array.of(VERSION, methods.length, ...methods))
  const [version, method] = await readExactly(socket, 2)
  if (version !== VERSION) throw new Error('the proxy speaks no SOCKS5')
  if (method === METHOD_NONE) return
  if (method !== METHOD_PASSWORD || !credentials) throw new Error('the proxy wants another authentication')
  const [name, password] = credentials
  socket.write(concatBytes(Uint8Array.of(AUTHENTICATION_VERSION), shortText(name), shortText(password)))
  const [, status] = await readExactly(socket, 2)
  if (status !== 0) throw new Error('the proxy refused our credentials')
}

/** Asks the proxy at the other end of a fresh socket for a way to the target. Names are the proxy's to look up. */
export async function connectThroughSocks5(socket: Socket, { target, credentials }: Socks5Request): Promise<void> {
  if (utf8ToBytes(target.host).length > MAX_NAME) throw new Error('the name is too long for a proxy')
  await authenticate(socket, credentials)
  const port = Uint8Array.of(target.port >> 8, target.port & 255)
  socket.write(concatBytes(Uint8Array.of(VERSION, CONNECT, 0, DOMAIN_NAME), shortText(target.host), port))
  const [version, reply, , type] = await readExactly(socket, 4)
  if (version !== VERSION) throw new Error('the proxy speaks no SOCKS5')
  if (reply !== 0) throw new Error(`the proxy cannot connect: ${FAILURES[reply!] ?? `error ${reply}`}`)
  const length = type === DOMAIN_NAME ? (await readExactly(socket, 1))[0]! : ADDRESS_LENGTH[type!]
  if (length === undefined) throw new Error('the proxy answered with an unknown address')
  await readExactly(socket, length + port.length)
}
