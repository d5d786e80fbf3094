import { assert, ByteWriter, concatBytes, err, ok, type Result } from '@ply/bytes'
import { hmacSha256, publicKeyFromSecret } from '@ply/crypto'
import { computeFiller } from './filler.ts'
import { computeStream, deriveKey, xorBytes } from './keys.ts'
import { HOP_PAYLOADS_SIZE, type OnionPacket } from './packet.ts'
import { computeSharedSecrets } from './sharedSecret.ts'

export interface OnionHop {
  /** 33 bytes. */
  readonly nodeId: Uint8Array
  /** The hop's TLV stream, without its length in front. */
  readonly payload: Uint8Array
}

export interface OnionPlan {
  /** 32 fresh secret bytes that serve for this one packet. */
  readonly sessionKey: Uint8Array
  /** Bound to the packet by every HMAC: the payment hash, or empty for an onion message. */
  readonly associatedData: Uint8Array
  readonly hops: readonly OnionHop[]
  /** Bytes of the payloads section; 1300 unless it is an onion message. */
  readonly payloadsSize?: number
}

export interface CreatedOnion {
  readonly packet: OnionPacket
  /** In hop order: they decrypt the failure that may come back. */
  readonly sharedSecrets: readonly Uint8Array[]
}

export type CreateOnionViolation = 'onion-payloads-too-long' | 'bad-node-id'

function framePayload(payload: Uint8Array): Uint8Array {
  assert(payload.length >= 2, 'payload lengths 0 and 1 are reserved')
  return new ByteWriter().bigSize(BigInt(payload.length)).bytes(payload).finish()
}

/**
 * Wraps payloads for a route, first hop first (BOLT 4, Packet Construction). Violations: `onion-payloads-too-long`
 * where payloads and HMACs do not fit, `bad-node-id` where a hop's id is no public key.
 */
export function createOnion(plan: OnionPlan): Result<CreatedOnion, CreateOnionViolation> {
  const { sessionKey, associatedData, hops, payloadsSize = HOP_PAYLOADS_SIZE } = plan
  assert(hops.length > 0, 'an onion needs a hop')
  const publicKey = publicKeyFromSecret(sessionKey)
  assert(publicKey !== undefined, 'session key out of range')
  const framed = hops.map((hop) => framePayload(hop.payload))
  const sizes = framed.map((payload) => payload.length + 32)
  if (sizes.reduce((sum, size) => sum + size, 0) > payloadsSize) return err('onion-payloads-too-long')
  const sharedSecrets = computeSharedSecrets(
    sessionKey,
    hops.map((hop) => hop.nodeId),
  )
  if (!sharedSecrets) return err('bad-node-id')

  const filler = computeFiller(sharedSecrets, sizes, payloadsSize)
  let hopPayloads = computeStream(deriveKey('pad', sessionKey), payloadsSize)
  let hmac = new Uint8Array(32)
  for (let hop = hops.length - 1; hop >= 0; hop--) {
    const secret = sharedSecrets[hop]!
    const shifted = concatBytes(framed[hop]!, hmac, hopPayloads).subarray(0, payloadsSize)
    hopPayloads = xorBytes(shifted, computeStream(deriveKey('rho', secret), payloadsSize))
    if (hop === hops.length - 1) hopPayloads.set(filler, payloadsSize - filler.length)
    hmac = Uint8Array.from(hmacSha256(deriveKey('mu', secret), concatBytes(hopPayloads, associatedData)))
  }
  return ok({ packet: { version: 0, publicKey, hopPayloads, hmac }, sharedSecrets })
}
