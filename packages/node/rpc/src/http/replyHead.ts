import { STATUS_CODES } from 'node:http'
import type { HttpReply, RequestHead } from './message.ts'

/** Whether the client wants to ask more over the same connection (RFC 9112, section 9.3), if it says so. */
export function wantedConnection({ minorVersion, headers }: RequestHead): 'keep-alive' | 'close' | undefined {
  if (headers.lists('connection', 'close')) return 'close'
  return minorVersion > 0 || headers.lists('connection', 'keep-alive') ? 'keep-alive' : undefined
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
  /** Undefined where nobody has said anything of it: the connection ends, and the reply does not say so. */
  readonly connection: 'keep-alive' | 'close' | undefined
}

/** Of replies whose body says of no type. */
const DEFAULT_TYPE = 'text/html; charset=ISO-8859-1'

const statusText = (status: number): string => (status === 413 ? 'Content too large' : (STATUS_CODES[status] ?? ''))

/** Status line and header fields of a reply, with the empty line behind them. */
export function formatReplyHead({ status, headers, type }: HttpReply, framing: ReplyFraming): string {
  const { minorVersion, length, connection } = framing
  let text = `HTTP/1.${minorVersion} ${status} ${statusText(status)}\r\n`
  for (const name in headers) text += `${name}: ${headers[name]!}\r\n`
  if (type !== undefined) text += `Content-Type: ${type}\r\n`
  if (minorVersion === 0 && connection === 'keep-alive') text += 'Connection: keep-alive\r\n'
  if (minorVersion > 0) text += `Date: ${httpDate()}\r\n`
  // A reply of 204 has no length, not even none. In 1.0 a reply ends where the connection does.
  if (status !== 204) {
    if (minorVersion > 0 || connection === 'keep-alive') text += `Content-Length: ${length}\r\n`
    if (type === undefined) text += `Content-Type: ${DEFAULT_TYPE}\r\n`
  }
  if (connection === 'close') text += 'Connection: close\r\n'
  return `${text}\r\n`
}
