import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '@ply/ports'
import { createAuthorizer, type Credentials } from '../credentials.ts'
import type { RpcTable } from '../method/table.ts'
import { dispatch, type HttpReply } from './dispatch.ts'
import type { OpenRoute } from './openRoute.ts'

export interface RpcServerOptions {
  /** 127.0.0.1 by default. Any address that is not this machine's own needs `allowRemote`. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  readonly allowRemote?: boolean
  readonly credentials: readonly Credentials[]
  /** The methods behind a path, or undefined where there is nothing. */
  route(path: string): RpcTable | undefined
  /** Paths that are answered without credentials, as REST is. */
  readonly openRoutes?: readonly OpenRoute[]
  /** While it returns a text, every call is answered with error -28 and that text. */
  warmup?(): string | undefined
  readonly logger: Logger
  /** Bytes of a request's body; 32 MiB by default. */
  readonly maxBody?: number
  /** Requests answered at the same time; 503 beyond. */
  readonly maxPending?: number
}

export interface RpcServer {
  /** `http://127.0.0.1:18443` */
  readonly url: string
  /** Refuses new connections, lets calls in progress finish within `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>
}

const MAX_BODY = 32 << 20
const MAX_PENDING = 256
const WRONG_PASSWORD_DELAY_MS = 250
/** For the header of a request, and for the whole of it. */
const HEAD_TIMEOUT_MS = 30_000
const BODY_TIMEOUT_MS = 5 * 60_000

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)

function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        request.pause()
        resolve(undefined)
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('request aborted')))
  })
}

function send(response: ServerResponse, reply: HttpReply, headers: Readonly<Record<string, string>> = {}): void {
  if (response.destroyed) return
  if (reply.body === undefined) {
    response.writeHead(reply.status, headers).end()
    return
  }
  const body = Buffer.from(reply.body)
  const type = reply.status === 200 || reply.body.startsWith('{') ? 'application/json' : 'text/plain'
  response
    .writeHead(reply.status, { 'Content-Type': type, 'Content-Length': String(body.length), ...headers })
    .end(body)
}

/** Serves JSON-RPC 1.0, 1.1 and 2.0 over HTTP with Basic authentication, as Bitcoin Core does. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = '127.0.0.1', logger, maxBody = MAX_BODY, maxPending = MAX_PENDING } = options
  if (!isLoopback(host) && !options.allowRemote) {
    throw new Error(`RPC on ${host} would be open to other machines: say so explicitly to allow it`)
  }
  const authorized = createAuthorizer(options.credentials)
  let pending = 0

  const answerOpen = async (route: OpenRoute, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const warmup = options.warmup?.()
    const body = await readBody(request, maxBody)
    if (body === undefined) return send(response, { status: 413, body: 'Body too large' }, { Connection: 'close' })
    if (warmup !== undefined) {
      return send(response, { status: 503, body: `Service temporarily unavailable: ${warmup}\r\n` })
    }
    const reply = (await route.answer(request.url ?? '/', body)) ?? { status: 404, type: 'text/plain', body: '' }
    if (response.destroyed) return
    const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
    response.writeHead(reply.status, { 'Content-Type': reply.type, 'Content-Length': bytes.length }).end(bytes)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const open = options.openRoutes?.find(({ prefix }) => request.url?.startsWith(prefix))
    if (open) return answerOpen(open, request, response)
    if (request.method !== 'POST') {
      request.resume()
      return send(response, { status: 405, body: 'JSONRPC server handles only POST requests' }, { Allow: 'POST' })
    }
    if (!authorized(request.headers.authorization)) {
      logger.log('warn', 'incorrect credentials', { from: request.socket.remoteAddress })
      // Slows down guessing.
      if (request.headers.authorization !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, WRONG_PASSWORD_DELAY_MS))
      }
      const headers = { 'WWW-Authenticate': 'Basic realm="jsonrpc"', Connection: 'close' }
      return send(response, { status: 401, body: undefined }, headers)
    }
    if (pending >= maxPending) {
      request.resume()
      return send(response, { status: 503, body: 'Work queue depth exceeded' })
    }
    pending++
    try {
      await serve(request, response)
    } finally {
      pending--
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodePath(request.url ?? '/')
    const table = path === undefined ? undefined : options.route(path)
    if (path === undefined || !table) {
      request.resume()
      return send(response, { status: 404, body: 'Not found' })
    }
    const body = await readBody(request, maxBody)
    if (body === undefined) return send(response, { status: 413, body: 'Body too large' }, { Connection: 'close' })
    send(
      response,
      await dispatch(Buffer.from(body).toString('utf8'), { path, table, logger, warmup: options.warmup?.() }),
    )
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      logger.log('debug', 'request failed', { error })
      response.destroy()
    })
  })
  // Clients keep a connection, and wait for an answer, for as long as they like; but who begins to ask must go on.
  server.keepAliveTimeout = 0
  server.timeout = 0
  server.headersTimeout = HEAD_TIMEOUT_MS
  server.requestTimeout = BODY_TIMEOUT_MS

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port: options.port }, () => {
      server.off('error', reject)
      // One connection could not be taken: the others go on.
      server.on('error', (error) => logger.log('warn', 'cannot accept a connection', { error }))
      resolve()
    })
  })
  const bound = server.address() as AddressInfo
  const name = bound.address.includes(':') ? `[${bound.address}]` : bound.address
  return {
    url: `http://${name}:${bound.port}`,
    close: (graceMs = 2000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function decodePath(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0]!)
  } catch {
    return undefined
  }
}
