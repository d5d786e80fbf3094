import { randomBytes } from 'node:crypto'
import { createConnection, createServer, isIP, type AddressInfo, type Socket } from 'node:net'
import type { Connection, Listener, Transport } from '@ply/ports'
import { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
import { connectThroughSocks5 } from './socks5.ts'
import { type ConnectionLimits, TcpConnection } from './tcpConnection.ts'

export interface Proxies {
  readonly onion?: string | undefined
  readonly other?: string | undefined
  /** Fresh credentials for each connection, so that nobody can tell that two of them are ours. */
  readonly randomize: boolean
}

export interface TcpOptions extends Partial<ConnectionLimits> {
  /** SOCKS5 proxies, for onion services and for everything else: `host:port`. */
  readonly proxies?: Proxies
}

const LIMITS: ConnectionLimits = { maxBuffered: 64 << 20, closeTimeout: 2000 }

function parse(address: string): HostAndPort {
  const parsed = parseHostAndPort(address)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

const isOnion = ({ host }: HostAndPort): boolean => host.toLowerCase().endsWith('.onion')

/** Our own machine is reached without. */
function proxyFor(target: HostAndPort, proxies: Proxies | undefined): string | undefined {
  if (isOnion(target)) return proxies?.onion ?? proxies?.other
  return isIP(target.host) !== 0 && LOCAL.test(target.host) ? undefined : proxies?.other
}

const LOCAL = /^(127\.|::1$)/

function createCredentials(proxies: Proxies | undefined): readonly [string, string] | undefined {
  if (!proxies?.randomize) return undefined
  return [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')]
}

/** TCP behind the {@link Transport} port. Port 0 listens on a free one. */
export function createTcpTransport({ proxies, ...own }: TcpOptions = {}): Transport {
  const limits = { ...LIMITS, ...own }
  return {
    connect: async (address, timeoutMs): Promise<Connection> => {
      const target = parse(address)
      const proxy = proxyFor(target, proxies)
      if (proxy === undefined && isOnion(target)) throw new Error(`${address} can be reached through a proxy only`)
      return new Promise((resolve, reject) => {
        const socket = createConnection(proxy === undefined ? { ...target } : { ...parse(proxy) })
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
          resolve(new TcpConnection(socket, limits, proxy && formatHostAndPort(target)))
        }
        socket.once('connect', () => {
          if (proxy === undefined) succeed()
          else connectThroughSocks5(socket, { target, credentials: createCredentials(proxies) }).then(succeed, fail)
        })
      })
    },

    listen: async (address, accept): Promise<Listener> => {
      const { host, port } = parse(address)
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        accept(new TcpConnection(socket, limits))
      })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => {
          server.off('error', reject)
          // One connection could not be taken, as when no file descriptor is left: the others go on.
          server.on('error', () => undefined)
          resolve()
        })
      })
      const bound = server.address() as AddressInfo
      return {
        address: formatHostAndPort({ host: bound.address, port: bound.port }),
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve())
            for (const socket of sockets) socket.destroy()
          }),
      }
    },
  }
}
