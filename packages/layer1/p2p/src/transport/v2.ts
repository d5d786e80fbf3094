import { bytesToHex, concatBytes, equalBytes } from '@ply/bytes'
import { ELLSWIFT_LENGTH, ellswiftCreate, type EllswiftKey } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import { MAX_PAYLOAD_LENGTH } from '../protocol.ts'
import { Bip324Cipher, GARBAGE_TERMINATOR_LENGTH, LENGTH_LENGTH, PACKET_EXPANSION } from './bip324Cipher.ts'
import { encodeCommand } from './command.ts'
import { ReceiveBuffer } from './receiveBuffer.ts'
import type { BreakReason, Transport, TransportEvent, TransportOutput, TransportProtocol } from './transport.ts'
import { V1Transport } from './v1.ts'
import { decodeContents, encodeContents, LONG_TYPE_LENGTH } from './v2MessageType.ts'

/** Most bytes of garbage that may stand between a key and its terminator. */
export const MAX_GARBAGE_LENGTH = 4095
const MAX_CONTENTS_LENGTH = LONG_TYPE_LENGTH + MAX_PAYLOAD_LENGTH
const NOTHING = new Uint8Array(0)

export interface V2Fields {
  readonly magic: Uint8Array
  readonly initiator: boolean
  readonly entropy: Entropy
}

/** What the next bytes are. */
type State = 'key-or-v1' | 'key' | 'garbage' | 'version' | 'packets' | 'v1' | 'broken'

/**
 * The encrypted transport (BIP 324). Who is called waits for the first byte that no v1 peer would send, and speaks v1
 * with one that does. It holds at most one packet, 4111 bytes of garbage, and what was to be sent before the peer's key.
 */
export class V2Transport implements Transport {
  readonly #magic: Uint8Array
  readonly #initiator: boolean
  readonly #v1Prefix: Uint8Array
  readonly #ours: EllswiftKey
  readonly #v1: V1Transport
  readonly #buffer = new ReceiveBuffer()
  readonly #output: TransportOutput[] = []
  /** Messages that wait for the cipher. */
  readonly #waiting: { readonly command: string; readonly payload: Uint8Array }[] = []
  #state: State
  #garbage: Uint8Array
  #cipher: Bip324Cipher | undefined
  /** What the next received packet must authenticate: the garbage before it. */
  #associatedData: Uint8Array = NOTHING
  /** Length of the contents of the packet that is coming in, once known. */
  #contentsLength: number | undefined
  #received = false

  constructor({ magic, initiator, entropy }: V2Fields) {
    this.#magic = magic
    this.#initiator = initiator
    this.#v1 = new V1Transport(magic)
    this.#v1Prefix = concatBytes(magic, encodeCommand('version'))
    this.#ours = ellswiftCreate(entropy)
    const [low, high] = entropy.bytes(2)
    this.#garbage = entropy.bytes((low! | (high! << 8)) & MAX_GARBAGE_LENGTH)
    this.#state = initiator ? 'key' : 'key-or-v1'
    if (initiator) this.#sendKey()
  }

  get protocol(): TransportProtocol {
    if (this.#state === 'v1') return 'v1'
    return this.#state === 'packets' ? 'v2' : 'detecting'
  }

  /** Told only when the peer has shown that it has the same keys. */
  get sessionId(): Uint8Array | undefined {
    return this.#state === 'packets' ? this.#cipher?.sessionId : undefined
  }

  /** A v1 peer hangs up on our key without a word. */
  get retryWithV1(): boolean {
    return this.#initiator && this.#state === 'key' && !this.#received
  }

  push(chunk: Uint8Array): TransportEvent[] {
    const events: TransportEvent[] = []
    this.#received ||= chunk.length > 0
    for (let offset = 0; offset < chunk.length && this.#state !== 'broken';) {
      if (this.#state === 'v1') return [...events, ...this.#v1.push(chunk.subarray(offset))]
      const wanted = this.#unitLength()
      const part = chunk.subarray(offset, offset + Math.min(this.#stepLength(wanted), wanted - this.#buffer.length))
      this.#buffer.append(part, wanted)
      offset += part.length
      const event = this.#advance()
      if (event) events.push(event)
    }
    return events
  }

  send(command: string, payload: Uint8Array): void {
    if (this.#state === 'v1') {
      this.#v1.send(command, payload)
    } else if (this.#cipher) {
      const contents = encodeContents(command, payload)
      this.#output.push({ command, payload, bytes: this.#cipher.encrypt({ contents, ignore: false }, NOTHING) })
    } else {
      this.#waiting.push({ command, payload })
    }
  }

  takeOutput(): TransportOutput[] {
    return [...this.#output.splice(0), ...this.#v1.takeOutput()]
  }

  /** Bytes at most until the next decision. */
  #unitLength(): number {
    switch (this.#state) {
      case 'key-or-v1':
        return this.#v1Prefix.length
      case 'key':
        return ELLSWIFT_LENGTH
      case 'garbage':
        return MAX_GARBAGE_LENGTH + GARBAGE_TERMINATOR_LENGTH
      case 'version':
      case 'packets':
        if (this.#contentsLength === undefined) return LENGTH_LENGTH
        return this.#contentsLength + PACKET_EXPANSION - LENGTH_LENGTH
      case 'v1':
      case 'broken':
        return 0
    }
  }

  /** The garbage's terminator may end at any byte. */
  #stepLength(unit: number): number {
    return this.#state === 'garbage' ? 1 : unit
  }

  #advance(): TransportEvent | undefined {
    switch (this.#state) {
      case 'key-or-v1':
        return this.#detect()
      case 'key':
        return this.#receiveKey()
      case 'garbage':
        return this.#receiveGarbage()
      case 'version':
      case 'packets':
        return this.#receivePacket()
      case 'v1':
      case 'broken':
        return undefined
    }
  }

  #detect(): TransportEvent | undefined {
    const { bytes } = this.#buffer
    if (!equalBytes(bytes, this.#v1Prefix.subarray(0, bytes.length))) {
      this.#state = 'key'
      this.#sendKey()
      return this.#receiveKey()
    }
    if (bytes.length < this.#v1Prefix.length) return undefined
    this.#state = 'v1'
    this.#v1.push(this.#buffer.take())
    for (const { command, payload } of this.#waiting.splice(0)) this.#v1.send(command, payload)
    return undefined
  }

  #receiveKey(): TransportEvent | undefined {
    const { bytes } = this.#buffer
    // A v1 peer of another network would only be told apart by its hanging up.
    const [magicLength, prefixLength] = [this.#magic.length, this.#v1Prefix.length]
    if (!this.#initiator && bytes.length >= prefixLength) {
      if (equalBytes(bytes.subarray(magicLength, prefixLength), this.#v1Prefix.subarray(magicLength))) {
        const magic = bytesToHex(bytes.subarray(0, magicLength))
        return this.#break('other-network', `V1 peer with wrong MessageStart ${magic}`)
      }
    }
    if (bytes.length < ELLSWIFT_LENGTH) return undefined
    const theirs = this.#buffer.take()
    const cipher = new Bip324Cipher({ ours: this.#ours, theirs, initiator: this.#initiator, magic: this.#magic })
    this.#cipher = cipher
    this.#state = 'garbage'
    const version = cipher.encrypt({ contents: NOTHING, ignore: false }, this.#garbage)
    this.#output.push({ command: '', payload: NOTHING, bytes: concatBytes(cipher.sendGarbageTerminator, version) })
    this.#garbage = NOTHING
    for (const { command, payload } of this.#waiting.splice(0)) this.send(command, payload)
    return undefined
  }

  #receiveGarbage(): TransportEvent | undefined {
    const { bytes } = this.#buffer
    if (bytes.length < GARBAGE_TERMINATOR_LENGTH) return undefined
    if (this.#cipher && equalBytes(bytes.subarray(-GARBAGE_TERMINATOR_LENGTH), this.#cipher.receiveGarbageTerminator)) {
      this.#associatedData = this.#buffer.take().subarray(0, -GARBAGE_TERMINATOR_LENGTH)
      this.#state = 'version'
      return undefined
    }
    if (bytes.length < MAX_GARBAGE_LENGTH + GARBAGE_TERMINATOR_LENGTH) return undefined
    return this.#break('missing-garbage-terminator', 'missing garbage terminator')
  }

  #receivePacket(): TransportEvent | undefined {
    const cipher = this.#cipher
    if (!cipher || this.#buffer.length < this.#unitLength()) return undefined
    const bytes = this.#buffer.take()
    if (this.#contentsLength === undefined) {
      this.#contentsLength = cipher.decryptLength(bytes)
      if (this.#contentsLength <= MAX_CONTENTS_LENGTH) return undefined
      return this.#break('oversized-payload', `packet too large (${this.#contentsLength} bytes)`)
    }
    const packet = cipher.decrypt(bytes, this.#associatedData)
    if (!packet) {
      return this.#break('undecryptable-packet', `packet decryption failure (${this.#contentsLength} bytes)`)
    }
    this.#associatedData = NOTHING
    this.#contentsLength = undefined
    if (packet.ignore) return undefined
    if (this.#state === 'packets') return this.#receiveContents(packet.contents)
    // The version packet says nothing yet; extensions to come may fill it.
    this.#state = 'packets'
    return undefined
  }

  #receiveContents(contents: Uint8Array): TransportEvent {
    const size = contents.length + PACKET_EXPANSION
    const message = decodeContents(contents)
    if (message) return { type: 'message', ...message, size }
    const text = `V2 transport error: invalid message type (${contents.length} bytes contents)`
    return { type: 'dropped', reason: 'invalid-command', text, size }
  }

  #sendKey(): void {
    this.#output.push({ command: '', payload: NOTHING, bytes: concatBytes(this.#ours.encoding, this.#garbage) })
  }

  #break(reason: BreakReason, text: string): TransportEvent {
    this.#state = 'broken'
    this.#buffer.take()
    return { type: 'broken', reason, text: `V2 transport error: ${text}` }
  }
}
