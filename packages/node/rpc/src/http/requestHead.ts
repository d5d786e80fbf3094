import { err, ok, type Result } from '@ply/bytes'
import { badRequest, HttpHeaders, type HttpViolation, type RequestHead } from './message.ts'

/** `GET / HTTP/1.0` */
const MIN_REQUEST_LINE = 14
const WHITESPACE = /[ \t\n\r\f\v]/
const AROUND = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g

type ControlData = Pick<RequestHead, 'method' | 'target' | 'minorVersion'>

/** The request line (RFC 9112, section 3): three words. */
function readControlData(line: string): ControlData | string {
  if (line.length < MIN_REQUEST_LINE) return 'HTTP request line too short'
  if (line.includes('\0')) return 'Invalid request line contains NUL'
  const [method, target, protocol, ...more] = line.split(' ')
  const version = /^HTTP\/(.*)$/s.exec(protocol ?? '')?.[1]
  if (version === undefined || more.length > 0) return 'HTTP request line malformed'
  return /^1\.\d$/.test(version)
    ? { method: method!, target: target!, minorVersion: Number(version[2]) }
    : 'HTTP bad version'
}

/** Adds a field line (RFC 9112, section 5); what is wrong with it, if anything. */
function addField(headers: HttpHeaders, line: string): string | undefined {
  if (line.includes('\r') || line.includes('\0')) return 'Header contains invalid character'
  const colon = line.indexOf(':')
  if (colon < 0) return 'HTTP header missing colon (:)'
  if (colon === 0) return 'Empty HTTP header name'
  const name = line.slice(0, colon)
  if (WHITESPACE.test(name)) return 'Invalid header field-name contains whitespace'
  headers.add(name, line.slice(colon + 1).replace(AROUND, ''))
  return undefined
}

/**
 * Reads request line and header fields up to the empty line behind them; lines may end in LF alone. Violations: status
 * 400, with Bitcoin Core's words.
 */
export function readRequestHead(text: string): Result<RequestHead, HttpViolation> {
  const [first, ...lines] = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const control = readControlData(first!)
  if (typeof control === 'string') return err(badRequest(control))
  const headers = new HttpHeaders()
  for (const line of lines) {
    if (line === '') break
    const wrong = addField(headers, line)
    if (wrong !== undefined) return err({ ...badRequest(wrong), headers })
  }
  return ok({ ...control, headers })
}
