import type { AddressInfo, Socket } from 'node:net'
import type { Clock } from '@ply/ports'
import type { TimeLimits } from '../http/connection.ts'
import { HttpServer } from '../http/httpServer.ts'
import type { Endpoint, RpcServerOptions } from './options.ts'
import { RpcHandler, type Upgrade } from './rpcHandler.ts'
import type { WebSocketHandler } from './webSocket.ts'

export interface RpcServer {
  /** `http://127.0.0.1:18443`, the first of all. */
  readonly url: string
  /** Refuses new connections, lets calls in progress finish within `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>
}

/** Clients wait for an answer for as long as they like; but who begins to ask must go on. */
const TIME_LIMITS: TimeLimits = { idle: Infinity, head: 30, request: 300 }

const MACHINE_CLOCK: Pick<Clock, 'schedule'> = {
  schedule(delay, task) {
    const timer = setTimeout(task, delay)
    return () => clearTimeout(timer)
  },
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** Upgrades to WebSocket, whose code most nodes never need, and what closes those connections. */
function createUpgrade(handlerOf: () => RpcHandler) {
  let loaded: Promise<WebSocketHandler> | undefined
  const upgrade: Upgrade = (request, socket: Socket, first) => {
    const { logger } = handlerOf().options
    socket.on('error', () => socket.destroy())
    loaded ??= import('./webSocket.ts').then(({ WebSocketHandler }) => new WebSocketHandler(handlerOf()))
    loaded
      .then((webSocket) => webSocket.upgrade(request, socket, first))
      .catch((error: unknown) => {
        logger.log('warn', 'a connection could not be upgraded', { error })
        socket.destroy()
      })
  }
  const close = async (): Promise<void> => (await loaded?.catch(() => undefined))?.close()
  return { upgrade, close }
}

/**
 * Serves JSON-RPC 1.0, 1.1 and 2.0 over HTTP with Basic authentication, as Bitcoin Core does, and 2.0 over WebSocket on
 * the same port.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = '127.0.0.1', port, alsoOn = [], logger, timeout, maxConnections, clock = MACHINE_CLOCK } = options
  const endpoints = [{ host, port }, ...alsoOn]
  for (const endpoint of endpoints) {
    if (isLoopback(endpoint.host) || options.allowed) continue
    throw new Error(`RPC on ${endpoint.host} would be open to other machines: say so explicitly to allow it`)
  }
  const sockets = createUpgrade(() => handler)
  const handler: RpcHandler = new RpcHandler({ ...options, clock }, sockets.upgrade)
  const limits = timeout === undefined ? TIME_LIMITS : { idle: timeout, head: timeout, request: timeout }
  const { maxBody } = handler
  const servers = endpoints.map(() => new HttpServer({ handler, logger, clock, maxBody, limits, maxConnections }))
  const closeAll = async (graceMs: number): Promise<void> => {
    const closing = servers.map((server) => server.close(graceMs))
    await sockets.close()
    await Promise.all(closing)
  }
  const bound: AddressInfo[] = []
  try {
    for (const [i, server] of servers.entries()) {
      const endpoint: Endpoint = endpoints[i]!
      const address = await server.listen(endpoint).catch((error: unknown) => {
        if (!endpoint.optional) throw error
        logger.log('warn', `Binding RPC on address ${endpoint.host} port ${endpoint.port} failed.`, { error })
      })
      if (address) bound.push(address)
    }
  } catch (error) {
    await closeAll(0)
    throw error
  }
  const { address, port: boundPort } = bound[0]!
  const name = address.includes(':') ? `[${address}]` : address
  return { url: `http://${name}:${boundPort}`, close: (graceMs = 2000) => closeAll(graceMs) }
}
