import { bytesToHex } from '@ply/bytes'
import { type JsonOutput, stringifyJson } from '@ply/rpc'

/** What goes back over HTTP. */
export interface RestReply {
  readonly status: number
  readonly type: 'application/json' | 'application/octet-stream' | 'text/plain'
  readonly body: string | Uint8Array
}

/** Forms in which an answer may be wanted, by the end of the path. */
export type RestFormat = 'bin' | 'hex' | 'json'

export interface RestRequest {
  /** The path behind the resource, without its form. */
  readonly path: string
  /** Undefined for a form that there is none of. */
  readonly format: RestFormat | undefined
  /** A member of the query, or undefined. */
  query(name: string): string | undefined
  readonly body: Uint8Array
}

/** A refusal, with its HTTP status and Bitcoin Core's words. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const formatNotFound = (available: string): RestError =>
  new RestError(404, `output format not found (available: ${available})`)

/** Refuses a form that there is none of. */
export function checkFormat(format: RestFormat | undefined): asserts format is RestFormat {
  if (format === undefined) throw formatNotFound('.bin, .hex, .json')
}

/** Answers bytes, in binary or hexadecimal, or the JSON that `createJson` makes. */
export async function replyIn(
  format: RestFormat | undefined,
  bytes: () => Uint8Array | Promise<Uint8Array>,
  createJson: () => JsonOutput | Promise<JsonOutput>,
): Promise<RestReply> {
  if (format === 'bin') return { status: 200, type: 'application/octet-stream', body: await bytes() }
  if (format === 'hex') return { status: 200, type: 'text/plain', body: bytesToHex(await bytes()) + '\n' }
  checkFormat(format)
  return jsonReply(await createJson())
}

/** Refuses every form but JSON. */
export function checkIsJson(format: RestFormat | undefined): void {
  if (format !== 'json') throw formatNotFound('json')
}

export function jsonReply(value: JsonOutput): RestReply {
  return { status: 200, type: 'application/json', body: stringifyJson(value) + '\n' }
}
