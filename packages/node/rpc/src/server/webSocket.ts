import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { stringifyJson } from '../json/stringify.ts'
import type { HttpHeaders, HttpRequest, RequestHead } from '../http/message.ts'
import { RPC_ERROR } from '../rpcError.ts'
import { dispatch } from './dispatch.ts'
import { type Caller, decodePath, QUEUE_EXCEEDED, type RpcHandler } from './rpcHandler.ts'

/** The subprotocol of JSON-RPC here. */
export const SUBPROTOCOL = 'ply-rpc'
/** Pages cannot set headers: they may offer their credentials as a second subprotocol, in base64url behind this. */
const CREDENTIALS_PREFIX = 'basic.'
const MAX_CONNECTIONS = 64
const REASONS = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' }
/** RFC 6455: the caller broke a rule of ours. */
const POLICY_VIOLATION = 1008

/** What the caller shows: an Authorization header, or the same as a subprotocol. */
function credentialsOf(headers: HttpHeaders): string | undefined {
  const offered = headers
    .get('sec-websocket-protocol')
    ?.split(',')
    .map((protocol) => protocol.trim())
  const encoded = offered?.find((protocol) => protocol.startsWith(CREDENTIALS_PREFIX))?.slice(CREDENTIALS_PREFIX.length)
  if (encoded === undefined) return headers.get('authorization')
  return `Basic ${Buffer.from(encoded, 'base64url').toString('base64')}`
}

function reject(socket: Socket, status: keyof typeof REASONS): void {
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** The request in the form that the library of WebSockets takes. */
function toIncomingMessage({ method, target, headers }: RequestHead, socket: Socket): IncomingMessage {
  return Object.assign(new IncomingMessage(socket), { method, url: target, headers: headers.toObject() })
}

const toBuffer = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data

/** JSON-RPC over WebSocket (RFC 6455): each message is a request or a batch, and its answer comes back as one. */
export class WebSocketHandler {
  readonly #http: RpcHandler
  readonly #server: WebSocketServer

  constructor(http: RpcHandler) {
    this.#http = http
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: http.maxBody,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    })
  }

  upgrade({ head }: HttpRequest, socket: Socket, first: Buffer): void {
    const http = this.#http
    const path = decodePath(head.target.split('?')[0]!)
    const table = path === undefined ? undefined : http.options.route(path)
    if (!http.isAllowed(socket.remoteAddress) || !http.origins.allows(head.headers)) return reject(socket, 403)
    const user = http.authorize(credentialsOf(head.headers))
    if (user === undefined) return reject(socket, 401)
    if (path === undefined || !table) return reject(socket, 404)
    if (this.#server.clients.size >= MAX_CONNECTIONS) return reject(socket, 503)
    const request = toIncomingMessage(head, socket)
    this.#server.handleUpgrade(request, socket, first, (client) => this.#serve(client, { path, user, table }))
  }

  /** One message after another: who sends faster than we answer is not read from. */
  #serve(client: WebSocket, caller: Caller): void {
    let last: Promise<void> = Promise.resolve()
    client.on('message', (data) => {
      client.pause()
      last = last.then(() => this.#answer(client, caller, toBuffer(data))).finally(() => client.resume())
    })
    client.on('error', (error) => this.#http.options.logger.log('debug', 'websocket failed', { error }))
  }

  async #answer(client: WebSocket, { path, user, table }: Caller, body: Uint8Array): Promise<void> {
    const http = this.#http
    const reply = await http.admission.run(() => dispatch(body, { ...http.context(user), path, table }))
    if (reply?.status === 403) return client.close(POLICY_VIOLATION, 'method not allowed')
    const text = reply
      ? reply.body
      : stringifyJson({ error: { code: RPC_ERROR.misc, message: QUEUE_EXCEEDED }, id: null })
    if (text !== undefined) client.send(text.trimEnd())
  }

  /** Ends the connections. */
  close(): void {
    for (const client of this.#server.clients) client.terminate()
  }
}
