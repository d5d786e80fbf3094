import { assert, ByteReader, ByteWriter, concatBytes, tryDecode } from '@ply/bytes'
import { hmacSha256 } from '@ply/crypto'
import { computeStream, deriveKey, equalConstantTime, xorBytes } from '../sphinx/keys.ts'

/** Message and padding of a failure packet are at least this long together. */
const PADDED_SIZE = 256
/** The longest route that 1300 bytes of payloads allow; the origin decrypts so often, wherever the failure lies. */
const MAX_ROUTE = 27

/**
 * The erring node's packet, already encrypted once for the way back (BOLT 4, Erring node). `message` is an encoded
 * failure; it is padded so that its length tells nothing.
 */
export function createFailurePacket(sharedSecret: Uint8Array, message: Uint8Array): Uint8Array {
  assert(message.length < 0x8000, 'failure message too long')
  const padding = Math.max(0, PADDED_SIZE - message.length)
  const writer = new ByteWriter().u16BE(message.length).bytes(message).u16BE(padding).bytes(new Uint8Array(padding))
  const body = writer.finish()
  const hmac = hmacSha256(deriveKey('um', sharedSecret), body)
  return wrapFailurePacket(sharedSecret, concatBytes(hmac, body))
}

/** What each hop on the way back does to the packet. */
export function wrapFailurePacket(sharedSecret: Uint8Array, packet: Uint8Array): Uint8Array {
  return xorBytes(packet, computeStream(deriveKey('ammag', sharedSecret), packet.length))
}

export interface UnwrappedFailure {
  /** Index of the erring hop in the route. */
  readonly hop: number
  /** The encoded failure message. */
  readonly message: Uint8Array
}

function readMessage(body: Uint8Array): Uint8Array | undefined {
  const read = tryDecode(() => {
    const reader = new ByteReader(body)
    return reader.bytes(reader.u16BE())
  })
  return read.ok ? read.value : undefined
}

/**
 * Finds out at the origin who failed and why (BOLT 4, Origin node); undefined where no hop's HMAC fits, so that the
 * packet was damaged on its way. The work does not depend on where the failure lies.
 */
export function unwrapFailurePacket(
  sharedSecrets: readonly Uint8Array[],
  packet: Uint8Array,
): UnwrappedFailure | undefined {
  if (packet.length < 32) return undefined
  let found: UnwrappedFailure | undefined
  let current = packet
  for (let hop = 0; hop < MAX_ROUTE; hop++) {
    const secret = sharedSecrets[hop] ?? new Uint8Array(32)
    current = wrapFailurePacket(secret, current)
    const body = current.subarray(32)
    const matches = equalConstantTime(hmacSha256(deriveKey('um', secret), body), current.subarray(0, 32))
    if (!matches || found !== undefined || hop >= sharedSecrets.length) continue
    const message = readMessage(body)
    if (message) found = { hop, message }
  }
  return found
}
