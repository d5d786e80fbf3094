import type { Socket } from 'node:net'
import { unwrap } from '@ply/bytes'
import type { Clock } from '@ply/ports'
import type { HttpHandler, Peer } from '../http/connection.ts'
import type { HttpReply, HttpRequest, RequestHead } from '../http/message.ts'
import type { RpcTable } from '../method/table.ts'
import { Admission } from './admission.ts'
import { parseAllowedAddresses } from './allowedAddresses.ts'
import { type Authorizer, createAuthorizer, userFromCredentials } from './authorization.ts'
import { CrossOrigin } from './cors.ts'
import { dispatch, type RpcReply } from './dispatch.ts'
import type { OpenRoute } from './openRoute.ts'
import type { RpcServerOptions } from './options.ts'
import { ALLOW_ALL } from './whitelist.ts'

const MAX_BODY = 32 << 20
const MAX_PENDING = 80
const WRONG_PASSWORD_DELAY_MS = 250
const AUTHENTICATE = { 'WWW-Authenticate': 'Basic realm="jsonrpc"' }
const FORBIDDEN: HttpReply = { status: 403 }
export const QUEUE_EXCEEDED = 'Work queue depth exceeded'

const unavailable = (body: string): HttpReply => ({ status: 503, body })
const NOT_FOUND: HttpReply = { status: 404 }
const UNKNOWN_METHOD: HttpReply = { status: 405 }
const ONLY_POST: HttpReply = { status: 405, body: 'JSONRPC server handles only POST requests' }
const METHODS: readonly string[] = ['GET', 'POST', 'HEAD', 'PUT']
const isUnknown = (method: string): boolean => !METHODS.includes(method)

/** The path of a target, undefined where it is none. As in Bitcoin Core, a query is a part of it. */
export function decodePath(target: string): string | undefined {
  if (target === '/') return target
  if (!target.startsWith('/')) return undefined
  try {
    return decodeURIComponent(target)
  } catch {
    return undefined
  }
}

export interface RpcHandlerOptions extends RpcServerOptions {
  readonly clock: Pick<Clock, 'schedule'>
}

/** Takes over connections that go on as WebSockets. */
export type Upgrade = (request: HttpRequest, socket: Socket, first: Buffer) => void

/** Answers HTTP requests. What it knows of callers serves the WebSocket, too. */
export class RpcHandler implements HttpHandler {
  readonly options: RpcHandlerOptions
  readonly maxBody: number
  readonly origins: CrossOrigin
  readonly admission: Admission
  readonly authorize: Authorizer
  readonly isAllowed: (address: string | undefined) => boolean
  readonly upgrade: Upgrade

  constructor(options: RpcHandlerOptions, upgrade: Upgrade) {
    const allowed = options.allowed ?? unwrap(parseAllowedAddresses([]))
    this.options = options
    this.maxBody = options.maxBody ?? MAX_BODY
    this.origins = new CrossOrigin(options.origins ?? [])
    this.admission = new Admission(options.maxPending ?? MAX_PENDING)
    this.authorize = createAuthorizer([...options.credentials.map(userFromCredentials), ...(options.users ?? [])])
    this.isAllowed = (address) => address !== undefined && allowed(address)
    this.upgrade = upgrade
  }

  /** Strangers get no memory for what they send. */
  wantsBody({ target, headers }: RequestHead, { address }: Peer): boolean {
    if (!this.isAllowed(address)) return false
    return this.#openRoute(target) !== undefined || this.authorize(headers.get('authorization')) !== undefined
  }

  answer(request: HttpRequest, peer: Peer): HttpReply | Promise<HttpReply> {
    const { method, target, headers } = request.head
    if (!this.isAllowed(peer.address)) return FORBIDDEN
    const open = this.#openRoute(target)
    if (open) return isUnknown(method) ? UNKNOWN_METHOD : this.#answerOpen(open, request)
    const path = decodePath(target)
    const table = path === undefined ? undefined : this.options.route(path)
    if (method === 'OPTIONS' && table) {
      const granted = this.origins.preflight(headers)
      if (granted) return { status: 204, headers: granted }
    }
    if (isUnknown(method)) return UNKNOWN_METHOD
    if (path === undefined || !table) return NOT_FOUND
    if (method !== 'POST') return ONLY_POST
    const user = this.authorize(headers.get('authorization'))
    return user === undefined ? this.#refuseStranger(request, peer) : this.#call(request, { path, user, table })
  }

  /** What a method is told about a call. */
  context(user: string) {
    const { logger, warmup, whitelist = ALLOW_ALL } = this.options
    return { logger, user, whitelist, warmup: warmup?.() }
  }

  #openRoute(target: string): OpenRoute | undefined {
    return this.options.openRoutes?.find(({ prefix }) => target.startsWith(prefix))
  }

  #refuseStranger({ head: { headers } }: HttpRequest, { address, port }: Peer): HttpReply | Promise<HttpReply> {
    const { logger, clock } = this.options
    const reply = { status: 401, headers: { ...AUTHENTICATE, ...this.origins.headers(headers) } }
    if (headers.get('authorization') === undefined) return reply
    logger.log('warn', `ThreadRPCServer incorrect password attempt from ${address}:${port}`)
    // Slows down guessing.
    return new Promise((resolve) => clock.schedule(WRONG_PASSWORD_DELAY_MS, () => resolve(reply)))
  }

  #call({ head, body }: HttpRequest, { path, user, table }: Caller): HttpReply | Promise<HttpReply> {
    const headers = this.origins.headers(head.headers)
    const reply = this.admission.run(() => dispatch(body, { ...this.context(user), path, table }))
    if (reply instanceof Promise) return reply.then((late) => ({ ...httpReply(late), headers }))
    if (reply) return { ...httpReply(reply), headers }
    this.options.logger.log(
      'warn',
      'Request rejected because http work queue depth exceeded, it can be increased with the -rpcworkqueue= setting',
    )
    return { ...unavailable(QUEUE_EXCEEDED), headers }
  }

  async #answerOpen(route: OpenRoute, { head, body }: HttpRequest): Promise<HttpReply> {
    const warmup = this.options.warmup?.()
    if (warmup !== undefined)
      return { ...unavailable(`Service temporarily unavailable: ${warmup}\r\n`), type: 'text/plain' }
    return (await route.answer(head.target, body)) ?? NOT_FOUND
  }
}

/** Who calls, and what. */
export interface Caller {
  readonly path: string
  readonly user: string
  readonly table: RpcTable
}

const httpReply = ({ status, body }: RpcReply): HttpReply => ({
  status,
  type: body === undefined ? undefined : 'application/json',
  body,
})
