import { ByteWriter, bytesToHex, equalBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { MAX_PAYLOAD_LENGTH } from '../protocol.ts'

export const V1_HEADER_LENGTH = 24
const COMMAND_LENGTH = 12

/** What the bytes of a connection turn into. */
export type V1Event =
  | { readonly type: 'message'; readonly command: string; readonly payload: Uint8Array }
  /** A whole message that is dropped; the connection goes on behind it. */
  | { readonly type: 'dropped'; readonly reason: 'wrong-checksum' | 'invalid-command'; readonly command: string }
  /** The stream cannot be followed any more: the connection must end. */
  | { readonly type: 'broken'; readonly reason: 'wrong-magic' | 'oversized-payload' }

/** A message as the original transport sends it: magic, command, length, checksum, payload. */
export function encodeV1(magic: Uint8Array, command: string, payload: Uint8Array): Uint8Array {
  const name = new Uint8Array(COMMAND_LENGTH)
  for (let i = 0; i < command.length; i++) name[i] = command.charCodeAt(i)
  return new ByteWriter(V1_HEADER_LENGTH + payload.length)
    .bytes(magic)
    .bytes(name)
    .u32(payload.length)
    .bytes(hash256(payload).subarray(0, 4))
    .bytes(payload)
    .finish()
}

/** Printable ASCII, then zero bytes to the end; undefined for anything else. */
function readCommand(name: Uint8Array): string | undefined {
  const end = name.indexOf(0)
  const used = end < 0 ? name : name.subarray(0, end)
  if (used.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined
  if (name.subarray(used.length).some((byte) => byte !== 0)) return undefined
  return String.fromCharCode(...used)
}

/**
 * Cuts a byte stream into messages. Holds at most one header and one payload: the payload's buffer grows with
 * the bytes that came, not with the length that was announced. Once broken it stays so.
 */
export class V1Parser {
  readonly #magic: Uint8Array
  readonly #header = new Uint8Array(V1_HEADER_LENGTH)
  #headerLength = 0
  #payload = new Uint8Array(0)
  #payloadLength = 0
  #announced = 0
  #broken = false

  constructor(magic: Uint8Array) {
    this.#magic = magic
  }

  /** Bytes held back until their message is complete. */
  get buffered(): number {
    return this.#headerLength + this.#payload.length
  }

  /** Takes the next bytes of the stream, cut anywhere, and returns what became complete. */
  push(chunk: Uint8Array): V1Event[] {
    const events: V1Event[] = []
    let offset = 0
    // An empty payload is complete without a further byte, hence the test behind the header.
    while (!this.#broken && offset < chunk.length) {
      if (this.#headerLength < V1_HEADER_LENGTH) {
        const part = chunk.subarray(offset, offset + V1_HEADER_LENGTH - this.#headerLength)
        this.#header.set(part, this.#headerLength)
        this.#headerLength += part.length
        offset += part.length
        const failure = this.#checkHeader()
        if (failure) {
          this.#broken = true
          this.#reset()
          events.push({ type: 'broken', reason: failure })
          break
        }
        if (this.#headerLength < V1_HEADER_LENGTH) break
      }
      const part = chunk.subarray(offset, offset + this.#announced - this.#payloadLength)
      this.#append(part)
      offset += part.length
      if (this.#payloadLength === this.#announced) events.push(this.#complete())
    }
    return events
  }

  #checkHeader(): 'wrong-magic' | 'oversized-payload' | undefined {
    const known = Math.min(this.#headerLength, 4)
    if (!equalBytes(this.#header.subarray(0, known), this.#magic.subarray(0, known))) return 'wrong-magic'
    if (this.#headerLength < V1_HEADER_LENGTH) return undefined
    this.#announced = new DataView(this.#header.buffer).getUint32(16, true)
    return this.#announced > MAX_PAYLOAD_LENGTH ? 'oversized-payload' : undefined
  }

  #append(part: Uint8Array): void {
    const needed = this.#payloadLength + part.length
    if (needed > this.#payload.length) {
      const grown = new Uint8Array(Math.min(this.#announced, Math.max(needed, 2 * this.#payload.length)))
      grown.set(this.#payload.subarray(0, this.#payloadLength))
      this.#payload = grown
    }
    this.#payload.set(part, this.#payloadLength)
    this.#payloadLength = needed
  }

  #complete(): V1Event {
    const payload = this.#payload.subarray(0, this.#payloadLength)
    const command = readCommand(this.#header.subarray(4, 16))
    const name = command ?? bytesToHex(this.#header.subarray(4, 16))
    const intact = equalBytes(hash256(payload).subarray(0, 4), this.#header.subarray(20, 24))
    this.#reset()
    if (!intact) return { type: 'dropped', reason: 'wrong-checksum', command: name }
    if (command === undefined) return { type: 'dropped', reason: 'invalid-command', command: name }
    return { type: 'message', command, payload }
  }

  #reset(): void {
    this.#headerLength = 0
    this.#payload = new Uint8Array(0)
    this.#payloadLength = 0
    this.#announced = 0
  }
}
