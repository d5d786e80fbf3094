import { STATUS_CODES } from 'node:http'
import type { HttpReply, RequestHead } from './message.ts'

/** True if the client wants to ask more over the same connection (RFC 9112, section 9.3). */
export function isKeptAlive({ minorVersion, headers }: RequestHead): boolean {
  if (headers.lists('connection', 'close')) return false
  return minorVersion > 0 || headers.lists('connection', 'keep-alive')
}

/** The second for which the text was made, and the text: there are thousands of replies in one. */
let dated = { second: -1, text: '' }

function httpDate(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dated.second) dated = { second, text: new Date(1000 * second).toUTCString() }
  return dated.text
}

export interface ReplyFraming {
  /** HTTP/1 and this. */
  readonly minorVersion: number
  /** Bytes of the body. */
  readonly length: number
  readonly keepAlive: boolean
}

/** Status line and header fields of a reply, with the empty line behind them. */
export function formatReplyHead({ status, headers, type, body }: HttpReply, framing: ReplyFraming): string {
  const { minorVersion, length, keepAlive } = framing
  let text = `HTTP/1.${minorVersion} ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`
  for (const name in headers) text += `${name}: ${headers[name]!}\r\n`
  if (body !== undefined && type !== undefined) text += `Content-Type: ${type}\r\n`
  if (minorVersion > 0) text += `Date: ${httpDate()}\r\n`
  // A reply of 204 has no length, not even none.
  if (status !== 204) text += `Content-Length: ${length}\r\n`
  if (!keepAlive) text += 'Connection: close\r\n'
  else if (minorVersion === 0) text += 'Connection: keep-alive\r\n'
  return `${text}\r\n`
}
