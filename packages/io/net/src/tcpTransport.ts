import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Connection, Listener, Transport } from '@ply/ports'
import { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
import { TcpConnection } from './tcpConnection.ts'

export interface TcpOptions {
  /** Bytes that may wait for a slow peer before its connection is closed. */
  readonly maxBuffered?: number
}

const MAX_BUFFERED = 64 << 20

function parse(address: string): HostAndPort {
  const parsed = parseHostAndPort(address)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

/** TCP behind the {@link Transport} port. Port 0 listens on a free one. */
export function createTcpTransport({ maxBuffered = MAX_BUFFERED }: TcpOptions = {}): Transport {
  return {
    connect: async (address, timeoutMs): Promise<Connection> => {
      const { host, port } = parse(address)
      return new Promise((resolve, reject) => {
        const socket = createConnection({ host, port })
        const timer = setTimeout(() => fail(new Error(`connecting to ${address} timed out`)), timeoutMs)
        const fail = (error: Error): void => {
          clearTimeout(timer)
          socket.destroy()
          reject(error)
        }
        socket.once('error', fail)
        socket.once('connect', () => {
          clearTimeout(timer)
          socket.off('error', fail)
          resolve(new TcpConnection(socket, maxBuffered))
        })
      })
    },

    listen: async (address, accept): Promise<Listener> => {
      const { host, port } = parse(address)
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        accept(new TcpConnection(socket, maxBuffered))
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
