import { err, ok, type Result } from '@ply/bytes'
import { type BodyReader, createBodyReader } from './bodyReader.ts'
import { badRequest, type HttpRequest, type HttpViolation, type RequestHead } from './message.ts'
import { readRequestHead } from './requestHead.ts'

/** Bytes of a request's line and headers, with the empty line behind them. */
export const MAX_HEAD_SIZE = 8192

export interface RequestReaderOptions {
  /** Bytes that a body may have. */
  readonly maxBody: number
  /** Asked where a body is still to come: false if nobody will look at it. */
  wantsBody(head: RequestHead): boolean
}

interface ReadHead {
  /** All of it, with the empty line. */
  readonly text: string
  readonly head: RequestHead
}

/** A request whose body is still coming. */
interface Unfinished {
  readonly head: RequestHead
  readonly body: BodyReader
}

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Takes requests of HTTP/1.0 and 1.1 (RFC 9112) out of the bytes of a connection, as they come and in their order, with the
 * limits of Bitcoin Core. After a violation nothing more can be read: nobody knows where the next request begins.
 */
export class RequestReader {
  readonly #options: RequestReaderOptions
  #unread = NOTHING
  #unfinished: Unfinished | undefined
  /** A client that keeps its connection says nearly always the same. */
  #last: ReadHead | undefined

  constructor(options: RequestReaderOptions) {
    this.#options = options
  }

  /** Bytes that came and were not looked at yet. */
  get unread(): Buffer {
    return this.#unread
  }

  /** True if a part of a request is there. */
  get hasBegun(): boolean {
    return this.#unfinished !== undefined || this.#unread.length > 0
  }

  /** True if a head was read whose body is still coming. */
  get hasHead(): boolean {
    return this.#unfinished !== undefined
  }

  push(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes])
  }

  /** The next request; undefined where more bytes must come first. */
  next(): Result<HttpRequest | undefined, HttpViolation> {
    const begun = this.#unfinished ? ok(this.#unfinished) : this.#begin()
    if (!begun.ok || !begun.value) return begun as Result<undefined, HttpViolation>
    const { head, body } = begun.value
    const taken = body.take(this.#unread)
    if (!taken.ok) return err({ ...taken.error, headers: head.headers })
    this.#skip(taken.value)
    if (body.isDone) {
      this.#unfinished = undefined
      return ok({ head, body: body.finish() })
    }
    if (!this.#unfinished && !this.#options.wantsBody(head)) body.discard()
    this.#unfinished = begun.value
    return ok(undefined)
  }

  #skip(count: number): void {
    this.#unread = count === this.#unread.length ? NOTHING : this.#unread.subarray(count)
  }

  /** Reads the head, once all of it is there. */
  #begin(): Result<Unfinished | undefined, HttpViolation> {
    if (this.#unread.length === 0) return ok(undefined)
    const text = this.#unread.toString('latin1', 0, MAX_HEAD_SIZE)
    const read = this.#last && text.startsWith(this.#last.text) ? ok(this.#last) : readHead(text)
    if (!read.ok || !read.value) return read as Result<undefined, HttpViolation>
    this.#last = read.value
    this.#skip(read.value.text.length)
    const { head } = read.value
    const body = createBodyReader(head.headers, this.#options.maxBody)
    return body.ok ? ok({ head, body: body.value }) : err({ ...body.error, headers: head.headers })
  }
}

/** The head that `text` begins with; undefined where its end is not there yet. */
function readHead(text: string): Result<ReadHead | undefined, HttpViolation> {
  const end = /\n\r?\n/.exec(text)
  if (end) {
    const whole = text.slice(0, end.index + end[0].length)
    const head = readRequestHead(whole)
    return head.ok ? ok({ text: whole, head: head.value }) : head
  }
  return text.length < MAX_HEAD_SIZE ? ok(undefined) : err(badRequest('HTTP headers exceed size limit'))
}
