import { assert, ByteReader, concatBytes, err, ok, type Result, tryDecode } from '@ply/bytes'
import { ecdh, hmacSha256, isPublicKey, pointMultiply } from '@ply/crypto'
import { computeStream, deriveKey, equalConstantTime, xorBytes } from './keys.ts'
import type { OnionPacket } from './packet.ts'
import { computeBlindingFactor } from './sharedSecret.ts'

export interface PeelInput {
  readonly packet: OnionPacket
  readonly associatedData: Uint8Array
  /** Secret key of this node's id. */
  readonly nodeSecret: Uint8Array
}

export interface PeeledOnion {
  /** Encrypts the failure that this hop may send back, and wraps those of later hops. */
  readonly sharedSecret: Uint8Array
  /** This hop's TLV stream. */
  readonly payload: Uint8Array
  /** The packet for the next hop; undefined at the final one. */
  readonly next: OnionPacket | undefined
}

/** The packet itself is bad: answered in the clear by `update_fail_malformed_htlc`. */
export type BadOnion = 'invalid_onion_version' | 'invalid_onion_hmac' | 'invalid_onion_key'

/**
 * Why a packet could not be peeled. With a shared secret the packet is authentic but its framing is not, and the
 * failure goes back encrypted as `invalid_onion_payload`.
 */
export type PeelViolation =
  { readonly code: BadOnion } | { readonly code: 'invalid_onion_payload'; readonly sharedSecret: Uint8Array }

interface Unwrapped {
  readonly payload: Uint8Array
  readonly nextHmac: Uint8Array
  readonly rest: Uint8Array
}

function readFront(unwrapped: Uint8Array, size: number): Unwrapped | undefined {
  const read = tryDecode(() => {
    const reader = new ByteReader(unwrapped)
    const length = reader.bigSize()
    if (length < 2n || length > BigInt(size)) return undefined
    const payload = reader.bytes(Number(length))
    const nextHmac = reader.bytes(32)
    return reader.remaining < size ? undefined : { payload, nextHmac, rest: reader.bytes(size) }
  })
  return read.ok ? read.value : undefined
}

/**
 * Takes off one layer (BOLT 4, Onion Decryption). Violations: `invalid_onion_version`, `invalid_onion_key`,
 * `invalid_onion_hmac`, and `invalid_onion_payload` where the authentic contents have an impossible length.
 */
export function peelOnion({ packet, associatedData, nodeSecret }: PeelInput): Result<PeeledOnion, PeelViolation> {
  if (packet.version !== 0) return err({ code: 'invalid_onion_version' })
  const sharedSecret = isPublicKey(packet.publicKey) ? ecdh(nodeSecret, packet.publicKey) : undefined
  if (!sharedSecret) return err({ code: 'invalid_onion_key' })
  const hmac = hmacSha256(deriveKey('mu', sharedSecret), concatBytes(packet.hopPayloads, associatedData))
  if (!equalConstantTime(hmac, packet.hmac)) return err({ code: 'invalid_onion_hmac' })

  const size = packet.hopPayloads.length
  const stream = computeStream(deriveKey('rho', sharedSecret), 2 * size)
  const front = readFront(xorBytes(concatBytes(packet.hopPayloads, new Uint8Array(size)), stream), size)
  if (!front) return err({ code: 'invalid_onion_payload', sharedSecret })
  if (front.nextHmac.every((byte) => byte === 0)) return ok({ sharedSecret, payload: front.payload, next: undefined })

  const publicKey = pointMultiply(packet.publicKey, computeBlindingFactor(packet.publicKey, sharedSecret))
  assert(publicKey !== undefined, 'blinded ephemeral key is no point')
  const next = { version: 0, publicKey, hopPayloads: front.rest, hmac: front.nextHmac }
  return ok({ sharedSecret, payload: front.payload, next })
}
