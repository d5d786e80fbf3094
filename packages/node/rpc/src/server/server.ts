import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HttpHandler, MAX_HEADER_SIZE } from './httpHandler.ts'
import type { Endpoint, RpcServerOptions } from './options.ts'
import type { WebSocketHandler } from './webSocket.ts'

export interface RpcServer {
  /** `http://127.0.0.1:18443`, the first of all. */
  readonly url: string
  /** Refuses new connections, lets calls in progress finish within `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>
}

/** For the header of a request, and for the whole of it. */
const HEAD_TIMEOUT_MS = 30_000
const BODY_TIMEOUT_MS = 5 * 60_000
/** How often connections are looked at. */
const CHECK_INTERVAL_MS = 1000

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

/** What is no HTTP gets the one answer that fits everything; who was too slow gets none. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || !socket.writable) socket.destroy()
  else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

function create(handler: HttpHandler, upgrade: Upgrade): Server {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_SIZE, connectionsCheckingInterval: CHECK_INTERVAL_MS, requireHostHeader: false },
    (request, response) => handler.handle(request, response),
  )
  const { timeout } = handler.options
  // Clients wait for an answer for as long as they like; but who begins to ask must go on.
  server.timeout = 0
  server.keepAliveTimeout = 1000 * (timeout ?? 0)
  server.headersTimeout = timeout === undefined ? HEAD_TIMEOUT_MS : 1000 * timeout
  server.requestTimeout = timeout === undefined ? BODY_TIMEOUT_MS : 1000 * timeout
  server.on('clientError', answerGarbage)
  server.on('upgrade', upgrade)
  server.on('connect', (_, socket: Duplex) => {
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  return server
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

function listen(server: Server, { host, port }: Endpoint, handler: HttpHandler): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      // One connection could not be taken: the others go on.
      server.on('error', (error) => handler.options.logger.log('warn', 'cannot accept a connection', { error }))
      resolve()
    })
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/**
 * Serves JSON-RPC 1.0, 1.1 and 2.0 over HTTP with Basic authentication, as Bitcoin Core does, and 2.0 over WebSocket on
 * the same port.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = '127.0.0.1', port, alsoOn = [], logger } = options
  const endpoints = [{ host, port }, ...alsoOn]
  for (const endpoint of endpoints) {
    if (isLoopback(endpoint.host) || options.allowed) continue
    throw new Error(`RPC on ${endpoint.host} would be open to other machines: say so explicitly to allow it`)
  }
  const handler = new HttpHandler(options)
  // Most nodes never need its code.
  let sockets: Promise<WebSocketHandler> | undefined
  const upgrade: Upgrade = (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    sockets ??= import('./webSocket.ts').then(({ WebSocketHandler }) => new WebSocketHandler(handler))
    sockets
      .then((webSocket) => webSocket.upgrade(request, socket, head))
      .catch((error: unknown) => {
        logger.log('warn', 'a connection could not be upgraded', { error })
        socket.destroy()
      })
  }
  const servers = endpoints.map(() => create(handler, upgrade))
  const closeAll = async (graceMs: number): Promise<void> => {
    const closing = servers.map((server) => close(server, graceMs))
    ;(await sockets?.catch(() => undefined))?.close()
    await Promise.all(closing)
  }
  try {
    for (const [i, server] of servers.entries()) {
      const endpoint: Endpoint = endpoints[i]!
      await listen(server, endpoint, handler).catch((error: unknown) => {
        if (!endpoint.optional) throw error
        logger.log('warn', `Binding RPC on address ${endpoint.host} port ${endpoint.port} failed.`, { error })
      })
    }
  } catch (error) {
    await closeAll(0)
    throw error
  }
  const bound = servers[0]!.address() as AddressInfo
  const name = bound.address.includes(':') ? `[${bound.address}]` : bound.address
  return { url: `http://${name}:${bound.port}`, close: (graceMs = 2000) => closeAll(graceMs) }
}
