import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Admission } from './admission.ts'
import { createAuthorizer, userFromCredentials } from './authorization.ts'
import { parseAllowedAddresses } from './allowedAddresses.ts'
import { CrossOrigin } from './cors.ts'
import { dispatch, type HttpReply } from './dispatch.ts'
import type { OpenRoute } from './openRoute.ts'
import type { RpcServerOptions } from './options.ts'
import { readBody } from './readBody.ts'
import { Turns } from './turns.ts'
import { ALLOW_ALL } from './whitelist.ts'
import { unwrap } from '@ply/bytes'

const MAX_BODY = 32 << 20
const MAX_PENDING = 80
/** Bytes of a request's line and headers. */
export const MAX_HEADER_SIZE = 8192
const WRONG_PASSWORD_DELAY_MS = 250
const AUTHENTICATE = { 'WWW-Authenticate': 'Basic realm="jsonrpc"' }
export const QUEUE_EXCEEDED = 'Work queue depth exceeded'

/** Characters of an answer that is worth no buffer of its own. */
const SHORT = 16_384

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function send(response: ServerResponse, reply: HttpReply, headers: OutgoingHttpHeaders = {}): void {
  if (response.destroyed) return
  const text = reply.body ?? ''
  // What is short goes out in one piece with its header; what is long is turned into bytes only once.
  const body = text.length < SHORT ? text : Buffer.from(text)
  const type = reply.body?.startsWith('{') || reply.body?.startsWith('[') ? 'application/json' : 'text/plain'
  const described = reply.body === undefined ? {} : { 'Content-Type': type }
  // A reply of 204 has no length, not even none.
  const measured = reply.status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(reply.status, { ...described, ...measured, ...headers }).end(body)
}

/** Bytes of a request's line and headers, with what separates them. Node counts those without. */
function headSize({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  let size = `${method} ${url} HTTP/1.1\r\n\r\n`.length
  // Name and value take turns; behind each there are two characters.
  for (const text of rawHeaders) size += text.length + 2
  return size
}

/** The path of a URL, undefined where it is none. */
export function decodePath(url = '/'): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0]!)
  } catch {
    return undefined
  }
}

/** Answers HTTP requests. What it knows of callers serves the WebSocket, too. */
export class HttpHandler {
  readonly options: RpcServerOptions
  readonly maxBody: number
  readonly origins: CrossOrigin
  readonly admission: Admission
  readonly authorize: (header: string | undefined) => string | undefined
  readonly isAllowed: (address: string | undefined) => boolean
  readonly #turns = new Turns()

  constructor(options: RpcServerOptions) {
    const allowed = options.allowed ?? unwrap(parseAllowedAddresses([]))
    this.options = options
    this.maxBody = options.maxBody ?? MAX_BODY
    this.origins = new CrossOrigin(options.origins ?? [])
    this.admission = new Admission(options.maxPending ?? MAX_PENDING)
    this.authorize = createAuthorizer([...options.credentials.map(userFromCredentials), ...(options.users ?? [])])
    this.isAllowed = (address) => address !== undefined && allowed(address)
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#turns.run(request.socket, () =>
      this.#answer(request, response).catch((error: unknown) => {
        this.options.logger.log('debug', 'request failed', { error })
        response.destroy()
      }),
    )
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { options } = this
    const refuse = (reply: HttpReply, headers?: OutgoingHttpHeaders): void => {
      request.resume()
      send(response, reply, headers)
    }
    if (headSize(request) > MAX_HEADER_SIZE) return refuse({ status: 400, body: undefined }, { Connection: 'close' })
    if (!this.isAllowed(request.socket.remoteAddress)) return refuse({ status: 403, body: undefined })
    const open = options.openRoutes?.find(({ prefix }) => request.url?.startsWith(prefix))
    if (open) return this.#answerOpen(open, request, response)
    const path = decodePath(request.url)
    const table = path === undefined ? undefined : options.route(path)
    if (request.method === 'OPTIONS' && table) {
      const granted = this.origins.preflight(request.headers)
      if (granted) return refuse({ status: 204, body: undefined }, granted)
    }
    if (request.method !== 'POST' && (table || request.method !== 'GET')) {
      return refuse({ status: 405, body: 'JSONRPC server handles only POST requests' }, { Allow: 'POST' })
    }
    if (path === undefined || !table) return refuse({ status: 404, body: 'Not found' })
    const { authorization } = request.headers
    const cors = this.origins.headers(request.headers)
    const user = this.authorize(authorization)
    if (user === undefined) {
      const { remoteAddress, remotePort } = request.socket
      if (authorization !== undefined) {
        options.logger.log('warn', `ThreadRPCServer incorrect password attempt from ${remoteAddress}:${remotePort}`)
        // Slows down guessing.
        await pause(WRONG_PASSWORD_DELAY_MS)
      }
      return refuse({ status: 401, body: undefined }, { ...AUTHENTICATE, ...cors })
    }
    const answered = this.admission.run(async () => {
      const body = await readBody(request, this.maxBody)
      if (body === undefined) return send(response, { status: 413, body: 'Body too large' }, { Connection: 'close' })
      send(response, await dispatch(body, { ...this.context(user), path, table }), cors)
    })
    if (answered) return answered
    options.logger.log(
      'warn',
      'Request rejected because http work queue depth exceeded, it can be increased with the -rpcworkqueue= setting',
    )
    refuse({ status: 503, body: QUEUE_EXCEEDED }, cors)
  }

  context(user: string) {
    const { logger, warmup, whitelist = ALLOW_ALL } = this.options
    return { logger, user, whitelist, warmup: warmup?.() }
  }

  async #answerOpen(route: OpenRoute, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const warmup = this.options.warmup?.()
    const body = await readBody(request, this.maxBody)
    if (body === undefined) return send(response, { status: 413, body: 'Body too large' }, { Connection: 'close' })
    if (warmup !== undefined) {
      return send(response, { status: 503, body: `Service temporarily unavailable: ${warmup}\r\n` })
    }
    const reply = (await route.answer(request.url ?? '/', body)) ?? { status: 404, type: 'text/plain', body: '' }
    if (response.destroyed) return
    const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
    response.writeHead(reply.status, { 'Content-Type': reply.type, 'Content-Length': bytes.length }).end(bytes)
  }
}
