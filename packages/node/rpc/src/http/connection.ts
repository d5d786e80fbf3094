import type { Socket } from 'node:net'
import type { Logger } from '@ply/ports'
import type { HttpReply, HttpRequest, HttpViolation, RequestHead } from './message.ts'
import { formatReplyHead, wantedConnection } from './replyHead.ts'
import { RequestReader } from './requestReader.ts'

/** Who is at the other end. */
export interface Peer {
  readonly address: string | undefined
  readonly port: number | undefined
}

/** Answers the requests of all connections. */
export interface HttpHandler {
  /** Asked before a long body comes: false if nobody will look at it. */
  wantsBody(head: RequestHead, peer: Peer): boolean
  /** The reply, at once where nothing must be waited for. */
  answer(request: HttpRequest, peer: Peer): HttpReply | Promise<HttpReply>
  /** Takes over a connection that goes on as a WebSocket; `first` are the bytes that came already. */
  upgrade(request: HttpRequest, socket: Socket, first: Buffer): void
}

/** What all connections of a server have in common. */
export interface ConnectionOptions {
  readonly handler: HttpHandler
  readonly logger: Logger
  readonly maxBody: number
  readonly limits: TimeLimits
  /** Seconds since the server began. */
  now(): number
  /** True once the server takes no more requests. */
  isClosing(): boolean
}

/** Seconds after which a client is disconnected that… */
export interface TimeLimits {
  /** …has asked something and asks nothing more… */
  readonly idle: number
  /** …does not finish a head that it began, or never began one… */
  readonly head: number
  /** …does not finish a request that it began, or takes nothing of its answer. */
  readonly request: number
}

/** Bytes of requests that are read ahead while one is being answered. */
const MAX_AHEAD = 1 << 16
/** Characters of replies that go out together; what is longer is turned into bytes by itself. */
const SHORT = 1 << 14
/** Bytes that are handed to the system at a time: each piece that it takes shows that the client still reads. */
const PIECE = 1 << 20
/** Seconds in which a client may read the last reply before its connection is cut. */
const LINGER = 2
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

const isWebSocket = ({ headers }: RequestHead): boolean =>
  headers.lists('connection', 'upgrade') && headers.lists('upgrade', 'websocket')

const NOTHING: Uint8Array = new Uint8Array(0)

/**
 * One connection: its requests are read, answered and written one after another, in their order. A client that does not
 * read its replies is not read from.
 */
export class HttpConnection {
  readonly peer: Peer
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #reader: RequestReader
  /** A reply is being made. */
  #answering = false
  /** The system has not taken all that was written. */
  #writing = false
  /** No request follows the one that was read last… */
  #last = false
  /** …and the last word was said. */
  #finished = false
  /** When it began to wait for what it waits for. */
  #since: number
  /** A part of the next request has come. */
  #begun = false
  /** There was a request. */
  #asked = false
  /** The client sends nothing more. */
  #ended = false
  /** Short replies that were not written yet, and the rest of a long one behind them. */
  #unsent = ''
  #rest = NOTHING

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#since = options.now()
    this.peer = { address: socket.remoteAddress, port: socket.remotePort }
    this.#reader = new RequestReader({ maxBody: options.maxBody, wantsBody: (head) => this.#wantsBody(head) })
    socket.on('data', this.#receive)
    socket.on('end', this.#end)
    socket.on('error', this.#fail)
  }

  /** True if it waits for a request of which nothing has come. */
  get isIdle(): boolean {
    return this.#isReading && !this.#reader.hasBegun
  }

  /** Since when it waits for what it waits for. */
  get since(): number {
    return this.#since
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Cuts the connection where the client takes too long. */
  checkTime(): void {
    if (this.#options.now() - this.#since > this.#limit) this.destroy()
  }

  get #isReading(): boolean {
    return !this.#answering && !this.#writing && !this.#finished && !this.#socket.destroyed
  }

  get #limit(): number {
    const { limits } = this.#options
    if (this.#finished) return LINGER
    if (this.#writing) return limits.request
    if (this.#answering) return Infinity
    if (this.#reader.hasHead) return limits.request
    return this.#begun || !this.#asked ? limits.head : limits.idle
  }

  #restartTime(begun: boolean): void {
    this.#since = this.#options.now()
    this.#begun = begun
  }

  readonly #receive = (bytes: Buffer): void => {
    if (this.#finished) return
    this.#reader.push(bytes)
    if (this.#isReading) this.#work()
    else if (this.#reader.unread.length > MAX_AHEAD) this.#socket.pause()
  }

  readonly #end = (): void => {
    this.#ended = true
    if (this.#isReading) this.#finish()
  }

  readonly #fail = (error: unknown): void => {
    this.#options.logger.log('debug', 'HTTP connection failed', { error })
    this.destroy()
  }

  #wantsBody(head: RequestHead): boolean {
    const wanted = this.#options.handler.wantsBody(head, this.peer)
    if (wanted && head.minorVersion > 0 && head.headers.lists('expect', '100-continue')) this.#unsent += CONTINUE
    return wanted
  }

  /** Answers the requests that are there, as far as that goes without waiting. */
  #work(): void {
    while (this.#isReading) {
      const read = this.#reader.next()
      if (!read.ok) return this.#refuse(read.error)
      if (!read.value) break
      this.#take(read.value)
    }
    if (!this.#pump() || !this.#isReading) return
    if (this.#ended) return this.#finish()
    if (this.#reader.hasBegun && !this.#begun) this.#restartTime(true)
    if (this.#socket.isPaused()) this.#socket.resume()
  }

  #take(request: HttpRequest): void {
    const { handler } = this.#options
    this.#asked = true
    if (isWebSocket(request.head)) return this.#upgrade(request)
    const reply = handler.answer(request, this.peer)
    if (!(reply instanceof Promise)) return this.#send(request.head, reply)
    this.#answering = true
    reply
      .then((late) => {
        this.#answering = false
        this.#send(request.head, late)
        this.#work()
      })
      .catch(this.#fail)
  }

  #upgrade(request: HttpRequest): void {
    const socket = this.#socket
    this.#pump()
    // From now on it is none of ours.
    this.#answering = true
    socket.off('data', this.#receive).off('end', this.#end).off('error', this.#fail)
    this.#options.handler.upgrade(request, socket, this.#reader.unread)
  }

  #send(head: RequestHead, reply: HttpReply): void {
    const { method, minorVersion } = head
    const { body: shown = '' } = reply
    // Text that is long is turned into bytes once, and measured as such.
    const body = typeof shown === 'string' && shown.length >= SHORT ? Buffer.from(shown) : shown
    const wanted = wantedConnection(head)
    this.#last ||= wanted !== 'keep-alive' || this.#options.isClosing()
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#unsent += formatReplyHead(reply, {
      minorVersion,
      length,
      connection: this.#last && wanted === 'keep-alive' ? 'close' : wanted,
    })
    this.#restartTime(false)
    if (method !== 'HEAD') {
      if (typeof body === 'string') this.#unsent += body
      else this.#rest = body
    }
    if (this.#last || this.#rest.length > 0 || this.#unsent.length > SHORT) {
      if (this.#pump() && this.#last) this.#finish()
    }
  }

  /** Hands what is to be written to the system; true if it took all of it. */
  #pump(): boolean {
    if (this.#writing || this.#socket.destroyed) return false
    const text = this.#unsent
    this.#unsent = ''
    if (text !== '' && !this.#socket.write(text)) return this.#awaitDrain()
    while (this.#rest.length > 0) {
      const piece = this.#rest.subarray(0, PIECE)
      this.#rest = this.#rest.subarray(piece.length)
      if (!this.#socket.write(piece)) return this.#awaitDrain()
    }
    return true
  }

  #awaitDrain(): false {
    this.#writing = true
    this.#restartTime(false)
    this.#socket.once('drain', () => {
      this.#writing = false
      this.#restartTime(false)
      if (!this.#pump() || this.#answering) return
      if (this.#last) this.#finish()
      else this.#work()
    })
    return false
  }

  #refuse({ status, reason, headers }: HttpViolation): void {
    this.#options.logger.log('debug', `HTTP request refused: ${reason}`)
    this.#last = true
    const connection = headers?.lists('connection', 'close') ? 'close' : undefined
    this.#unsent += formatReplyHead({ status }, { minorVersion: 1, length: 0, connection })
    if (this.#pump()) this.#finish()
  }

  /** Says the last word, and lets the client read it: who cuts a connection takes back what is on its way. */
  #finish(): void {
    this.#finished = true
    this.#restartTime(false)
    this.#socket.end()
    this.#socket.resume()
  }
}
