import { ByteWriter, bytesToHex, equalBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { MAX_PAYLOAD_LENGTH } from '../protocol.ts'
import { encodeCommand, printableCommand, readCommand } from './command.ts'
import { ReceiveBuffer } from './receiveBuffer.ts'
import type { Transport, TransportEvent, TransportOutput } from './transport.ts'

export const V1_HEADER_LENGTH = 24

/** A message as the original transport sends it: magic, command, length, checksum, payload. */
export function encodeV1(magic: Uint8Array, command: string, payload: Uint8Array): Uint8Array {
  return new ByteWriter(V1_HEADER_LENGTH + payload.length)
    .bytes(magic)
    .bytes(encodeCommand(command))
    .u32(payload.length)
    .bytes(hash256(payload).subarray(0, 4))
    .bytes(payload)
    .finish()
}

/**
 * Cuts a byte stream into messages. Holds at most one header and one payload: the payload's buffer grows with
 * the bytes that came, not with the length that was announced. Once broken it stays so.
 */
export class V1Parser {
  readonly #magic: Uint8Array
  readonly #header = new Uint8Array(V1_HEADER_LENGTH)
  readonly #payload = new ReceiveBuffer()
  #headerLength = 0
  #announced = 0
  #broken = false

  constructor(magic: Uint8Array) {
    this.#magic = magic
  }

  /** Bytes held back until their message is complete. */
  get buffered(): number {
    return this.#headerLength + this.#payload.capacity
  }

  /** Takes the next bytes of the stream, cut anywhere, and returns what became complete. */
  push(chunk: Uint8Array): TransportEvent[] {
    const events: TransportEvent[] = []
    let offset = 0
    // An empty payload is complete without a further byte, hence the test behind the header.
    while (!this.#broken && offset < chunk.length) {
      if (this.#headerLength < V1_HEADER_LENGTH) {
        const part = chunk.subarray(offset, offset + V1_HEADER_LENGTH - this.#headerLength)
        this.#header.set(part, this.#headerLength)
        this.#headerLength += part.length
        offset += part.length
        if (this.#headerLength < V1_HEADER_LENGTH) break
        const failure = this.#checkHeader()
        if (failure) {
          this.#broken = true
          this.#reset()
          events.push(failure)
          break
        }
      }
      const part = chunk.subarray(offset, offset + this.#announced - this.#payload.length)
      this.#payload.append(part, this.#announced)
      offset += part.length
      if (this.#payload.length === this.#announced) events.push(this.#complete())
    }
    return events
  }

  #checkHeader(): TransportEvent | undefined {
    const magic = this.#header.subarray(0, 4)
    if (!equalBytes(magic, this.#magic)) {
      return {
        type: 'broken',
        reason: 'wrong-magic',
        text: `Header error: Wrong MessageStart ${bytesToHex(magic)} received`,
      }
    }
    this.#announced = new DataView(this.#header.buffer).getUint32(16, true)
    if (this.#announced <= MAX_PAYLOAD_LENGTH) return undefined
    const text = `Header error: Size too large (${this.#commandName()}, ${this.#announced} bytes)`
    return { type: 'broken', reason: 'oversized-payload', text }
  }

  #complete(): TransportEvent {
    const payload = this.#payload.take()
    const command = readCommand(this.#header.subarray(4, 16))
    const name = this.#commandName()
    const size = V1_HEADER_LENGTH + payload.length
    const about = `(${name}, ${payload.length} bytes)`
    const computed = hash256(payload).subarray(0, 4)
    const announced = this.#header.slice(20, 24)
    this.#reset()
    if (!equalBytes(computed, announced)) {
      const difference = `expected ${bytesToHex(computed)} was ${bytesToHex(announced)}`
      return {
        type: 'dropped',
        reason: 'wrong-checksum',
        text: `Header error: Wrong checksum ${about}, ${difference}`,
        size,
      }
    }
    if (command === undefined) {
      return { type: 'dropped', reason: 'invalid-command', text: `Header error: Invalid message type ${about}`, size }
    }
    return { type: 'message', command, payload, size }
  }

  #commandName(): string {
    return printableCommand(this.#header.subarray(4, 16))
  }

  #reset(): void {
    this.#headerLength = 0
    this.#payload.take()
    this.#announced = 0
  }
}

/** The original transport: nothing is hidden. */
export class V1Transport implements Transport {
  readonly protocol = 'v1'
  readonly sessionId = undefined
  readonly retryWithV1 = false
  readonly #magic: Uint8Array
  readonly #parser: V1Parser
  readonly #output: TransportOutput[] = []

  constructor(magic: Uint8Array) {
    this.#magic = magic
    this.#parser = new V1Parser(magic)
  }

  push(chunk: Uint8Array): TransportEvent[] {
    return this.#parser.push(chunk)
  }

  send(command: string, payload: Uint8Array): void {
    this.#output.push({ command, payload, bytes: encodeV1(this.#magic, command, payload) })
  }

  takeOutput(): TransportOutput[] {
    return this.#output.splice(0)
  }
}
