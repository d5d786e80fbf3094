import { err, ok, type Result } from '@ply/bytes'
import { BodyParts } from './bodyParts.ts'
import type { BodyReader } from './bodyReader.ts'
import { badRequest, type HttpViolation, tooLarge } from './message.ts'

/** Bytes of a line, and of all lines behind the last chunk. */
const MAX_LINES = 8192
const LINE_FEED = 10

/** What comes next. */
type Expected = 'size' | 'data' | 'end of data' | 'trailer' | 'nothing'

/** A body in chunks (RFC 9112, section 7.1), each behind its size in hexadecimal. Extensions and trailers are passed over. */
export class ChunkedBody implements BodyReader {
  readonly #limit: number
  readonly #parts = new BodyParts()
  #expected: Expected = 'size'
  /** The line that has begun. */
  #line = ''
  /** Bytes of the chunk that are still to come. */
  #missing = 0
  #size = 0
  #trailerSize = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get isDone(): boolean {
    return this.#expected === 'nothing'
  }

  take(bytes: Uint8Array): Result<number, HttpViolation> {
    let at = 0
    while (at < bytes.length && !this.isDone) {
      const rest = bytes.subarray(at)
      const taken = this.#expected === 'data' ? ok(this.#takeData(rest)) : this.#takeLine(rest)
      if (!taken.ok) return taken
      at += taken.value
    }
    return ok(at)
  }

  discard(): void {
    this.#parts.discard()
  }

  finish(): Uint8Array {
    return this.#parts.join()
  }

  #takeData(bytes: Uint8Array): number {
    const length = Math.min(bytes.length, this.#missing)
    this.#parts.add(bytes.subarray(0, length))
    this.#missing -= length
    if (this.#missing === 0) this.#expected = 'end of data'
    return length
  }

  #takeLine(bytes: Uint8Array): Result<number, HttpViolation> {
    const feed = bytes.indexOf(LINE_FEED)
    const end = feed < 0 ? bytes.length : feed
    if (this.#line.length + end > MAX_LINES) return err(badRequest('max_line_length exceeded by LineReader'))
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1')
    if (feed < 0) return ok(end)
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    const wrong = this.#heedLine(line)
    return wrong ? err(wrong) : ok(feed + 1)
  }

  #heedLine(line: string): HttpViolation | undefined {
    switch (this.#expected) {
      case 'size':
        return this.#heedSize(line)
      case 'end of data':
        this.#expected = 'size'
        return line === '' ? undefined : badRequest('Improperly terminated chunk')
      case 'trailer':
        this.#trailerSize += line.length + 2
        if (this.#trailerSize > MAX_LINES) return badRequest('HTTP chunked trailer exceeds size limit')
        if (line === '') this.#expected = 'nothing'
        return undefined
      case 'data':
      case 'nothing':
        return undefined
    }
  }

  #heedSize(line: string): HttpViolation | undefined {
    const digits = line.split(';')[0]!.trim()
    if (!/^[0-9a-fA-F]{1,16}$/.test(digits)) return badRequest('Cannot parse chunk length value')
    const size = parseInt(digits, 16)
    this.#size += size
    if (this.#size > this.#limit) return tooLarge('Chunk will exceed max body size')
    this.#missing = size
    this.#expected = size === 0 ? 'trailer' : 'data'
    return undefined
  }
}
