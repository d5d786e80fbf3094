import { randomBytes } from 'node:crypto'
import { createConnection, createServer, isIP, type AddressInfo, type Socket } from 'node:net'
import type { Connection, Listener, Transport } from '@ply/ports'
import { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
import { I2pRouter } from './sam/i2pRouter.ts'
import { connectThroughSocks5 } from './socks5.ts'
import { type ConnectionLimits, DEFAULT_LIMITS, TcpConnection } from './tcpConnection.ts'

/** SOCKS5 proxies, and a router, by what they lead to: `host:port`, or `unix:` and the path of a socket. */
export interface Proxies {
  readonly ipv4?: string | undefined
  readonly ipv6?: string | undefined
  /** FC00::/8, where this machine is in CJDNS. */
  readonly cjdns?: string | undefined
  readonly onion?: string | undefined
  /** Where a router of I2P listens to programs (SAM): not by SOCKS5, and with an address of its own for each connection. */
  readonly i2p?: string | undefined
  /** Hosts by their names. */
  readonly name?: string | undefined
  /** Fresh credentials for each connection, so that nobody can tell that two of them are ours. */
  readonly randomize: boolean
}

export interface TcpOptions extends Partial<ConnectionLimits> {
  readonly proxies?: Proxies
  /** The router of I2P, where it is more than a way out; it takes the place of the one in `proxies`. */
  readonly i2p?: I2pRouter | undefined
}

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

const unreachableDirectly = (address: string): Error => new Error(`${address} can be reached through a proxy only`)

/** Ports mean nothing in I2P: who asks for one means something else. */
function connectToI2p(target: HostAndPort, router: I2pRouter | undefined, hidden: boolean): Promise<Connection> {
  const address = formatHostAndPort(target)
  if (!router) return Promise.reject(unreachableDirectly(address))
  if (target.port === 0) return router.connect(target.host, hidden)
  const why = `connection refused due to arbitrary port ${target.port}`
  return Promise.reject(new Error(`Error connecting to ${address}, ${why}`))
}

/** TCP behind the {@link Transport} port. Port 0 listens on a free one; `unix:` and a path on a Unix socket. */
export function createTcpTransport({ proxies, i2p, ...own }: TcpOptions = {}): Transport {
  const limits = { ...DEFAULT_LIMITS, ...own }
  const router = i2p ?? (proxies?.i2p === undefined ? undefined : new I2pRouter({ address: proxies.i2p, limits }))
  return {
    connect: async (address, timeoutMs, way = {}): Promise<Connection> => {
      if (address.startsWith(UNIX_PREFIX)) return new TcpConnection(await open(address, timeoutMs), limits)
      const target = parse(address)
      if (isI2p(target)) return connectToI2p(target, router, way.hidden ?? false)
      const proxy = way.proxy?.address ?? proxyFor(target, proxies)
      if (proxy !== undefined) {
        const credentials = createCredentials(way.proxy?.randomize ?? proxies?.randomize ?? false)
        const prepare = (socket: Socket): Promise<void> => connectThroughSocks5(socket, { target, credentials })
        const remote = formatHostAndPort(target)
        return new TcpConnection(await open(proxy, timeoutMs, prepare), limits, { remote })
      }
      if (way.hidden === true || isOnion(target)) throw unreachableDirectly(address)
      return new TcpConnection(await open(address, timeoutMs), limits)
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
