import { randomBytes } from 'node:crypto'
import { createConnection, createServer, isIP, type AddressInfo, type Socket } from 'node:net'
import type { Connection, Listener, Transport } from '@ply/ports'
import { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
import { connectThroughSam } from './sam.ts'
import { connectThroughSocks5 } from './socks5.ts'
import { type ConnectionLimits, TcpConnection } from './tcpConnection.ts'

/** SOCKS5 proxies, and a router, by what they lead to: `host:port`, or `unix:` and the path of a socket. */
export interface Proxies {
  readonly ipv4?: string | undefined
  readonly ipv6?: string | undefined
  /** FC00::/8, where this machine is in CJDNS. */
  readonly cjdns?: string | undefined
  readonly onion?: string | undefined
  /** Where a router of I2P listens to programs (SAM). */
  readonly i2p?: string | undefined
  /** Hosts by their names. */
  readonly name?: string | undefined
  /** Fresh credentials for each connection, so that nobody can tell that two of them are ours. */
  readonly randomize: boolean
}

export interface TcpOptions extends Partial<ConnectionLimits> {
  readonly proxies?: Proxies
}

const LIMITS: ConnectionLimits = { maxBuffered: 64 << 20, closeTimeout: 2000 }

/** What stands before the path of a Unix socket. */
export const UNIX_PREFIX = 'unix:'

/** Where a socket listens or leads to, as the system wants it. */
const systemAddress = (address: string): HostAndPort | { readonly path: string } =>
  address.startsWith(UNIX_PREFIX) ? { path: address.slice(UNIX_PREFIX.length) } : parse(address)

function parse(address: string): HostAndPort {
  const parsed = parseHostAndPort(address)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

const isI2p = ({ host }: HostAndPort): boolean => host.toLowerCase().endsWith('.b32.i2p')
const isOnion = ({ host }: HostAndPort): boolean => host.toLowerCase().endsWith('.onion')

/** Our own machine is reached without. */
function proxyFor(target: HostAndPort, proxies: Proxies | undefined): string | undefined {
  if (isOnion(target)) return proxies?.onion
  if (isI2p(target)) return proxies?.i2p
  const version = isIP(target.host)
  if (version === 0) return proxies?.name
  if (LOCAL.test(target.host)) return undefined
  if (version === 4) return proxies?.ipv4
  return CJDNS.test(target.host) ? (proxies?.cjdns ?? proxies?.ipv6) : proxies?.ipv6
}

const CJDNS = /^fc[0-9a-f]{2}:/i
const LOCAL = /^(127\.|::1$)/

function createCredentials(randomize: boolean): readonly [string, string] | undefined {
  if (!randomize) return undefined
  return [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')]
}

/** A socket to `address`, once what is to be said first was said there. Rejects after `timeoutMs`. */
function open(address: string, timeoutMs: number, prepare?: (socket: Socket) => Promise<void>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ ...systemAddress(address) })
    const timer = setTimeout(() => fail(new Error(`connecting to ${address} timed out`)), timeoutMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
    const succeed = (): void => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    }
    socket.once('connect', () => void (prepare?.(socket) ?? Promise.resolve()).then(succeed, fail))
  })
}

/** Tunnels take their time. */
const I2P_TIMEOUT_MS = 3 * 60_000

/** Ports mean nothing in I2P: who asks for one means something else. */
async function openI2p({ host, port }: HostAndPort, router: string): Promise<Socket> {
  const what = `Error connecting to ${formatHostAndPort({ host, port })}`
  if (port !== 0) throw new Error(`${what}, connection refused due to arbitrary port ${port}`)
  const opened: Socket[] = []
  const toRouter = async (): Promise<Socket> => {
    const socket = await open(router, I2P_TIMEOUT_MS).catch((cause: unknown) => {
      throw new Error(`Cannot connect to ${router}`, { cause })
    })
    opened.push(socket)
    socket.on('error', () => undefined)
    return socket
  }
  const timer = setTimeout(() => opened.forEach((socket) => socket.destroy()), I2P_TIMEOUT_MS)
  try {
    return await connectThroughSam(toRouter, host)
  } catch (error) {
    for (const socket of opened) socket.destroy()
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** TCP behind the {@link Transport} port. Port 0 listens on a free one; `unix:` and a path on a Unix socket. */
export function createTcpTransport({ proxies, ...own }: TcpOptions = {}): Transport {
  const limits = { ...LIMITS, ...own }
  return {
    connect: async (address, timeoutMs, way = {}): Promise<Connection> => {
      if (address.startsWith(UNIX_PREFIX)) return new TcpConnection(await open(address, timeoutMs), limits)
      const target = parse(address)
      const proxy = way.proxy?.address ?? proxyFor(target, proxies)
      if (proxy === undefined && (way.hidden === true || isOnion(target) || isI2p(target))) {
        throw new Error(`${address} can be reached through a proxy only`)
      }
      if (proxy === undefined) return new TcpConnection(await open(address, timeoutMs), limits)
      const credentials = createCredentials(way.proxy?.randomize ?? proxies?.randomize ?? false)
      const socket = isI2p(target)
        ? await openI2p(target, proxy)
        : await open(proxy, timeoutMs, (opened) => connectThroughSocks5(opened, { target, credentials }))
      return new TcpConnection(socket, limits, formatHostAndPort(target))
    },

    listen: async (address, accept): Promise<Listener> => {
      const at = systemAddress(address)
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        accept(new TcpConnection(socket, limits))
      })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        // An IPv6 address means IPv6 alone, so that the same port can be taken for IPv4.
        server.listen({ ...at, ipv6Only: true }, () => {
          server.off('error', reject)
          // One connection could not be taken, as when no file descriptor is left: the others go on.
          server.on('error', () => undefined)
          resolve()
        })
      })
      const bound = server.address() as AddressInfo | string
      return {
        address: typeof bound === 'string' ? address : formatHostAndPort({ host: bound.address, port: bound.port }),
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve())
            for (const socket of sockets) socket.destroy()
          }),
      }
    },
  }
}
