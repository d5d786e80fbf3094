import { err, ok, type Result } from '@ply/bytes'
import { ChunkedBody } from './chunkedBody.ts'
import { FixedBody } from './fixedBody.ts'
import { badRequest, type HttpHeaders, type HttpViolation, tooLarge } from './message.ts'

/** Takes the body of one request out of the bytes that come. */
export interface BodyReader {
  /** Takes what belongs to the body; how many bytes those were. */
  take(bytes: Uint8Array): Result<number, HttpViolation>
  readonly isDone: boolean
  /** Nobody will look at the body: what is there and what comes is dropped. */
  discard(): void
  finish(): Uint8Array
}

/** How long the body says it is; 0 where it says nothing. */
function contentLength(headers: HttpHeaders, limit: number): Result<number, HttpViolation> {
  const values = headers.all('content-length')
  const [first = '0'] = values
  if (values.some((value) => value !== first)) return err(badRequest('Differing Content-Length values'))
  if (!/^\d{1,20}$/.test(first)) return err(badRequest('Cannot parse Content-Length value'))
  return Number(first) > limit ? err(tooLarge('Max body size exceeded')) : ok(Number(first))
}

/**
 * How the body ends (RFC 9112, section 6.3): by its chunks, which count before any length, or by its length. Other codings
 * could hide where the next request begins. `limit`: bytes that a body may have.
 */
export function createBodyReader(headers: HttpHeaders, limit: number): Result<BodyReader, HttpViolation> {
  const codings = headers.all('transfer-encoding')
  if (codings.length > 0) {
    const onlyChunked = codings.length === 1 && codings[0]!.toLowerCase() === 'chunked'
    return onlyChunked ? ok(new ChunkedBody(limit)) : err(badRequest('Unknown Transfer-Encoding'))
  }
  const length = contentLength(headers, limit)
  return length.ok ? ok(new FixedBody(length.value)) : length
}
