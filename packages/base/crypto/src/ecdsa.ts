import { bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import type { RecoverableSignature } from '@ply/ports'
import { CURVE_ORDER } from './keys.ts'
import { activeProvider } from './provider/active.ts'

/** Verifies a 64-byte compact signature over a 32-byte hash, with s in either half. Malformed input is false. */
export const ecdsaVerify = (hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean =>
  activeProvider().ecdsaVerify(hash, signature, publicKey)

/** Signs a 32-byte hash: 64 bytes compact, RFC 6979 nonce, low s. Undefined for a secret key out of range. */
export const ecdsaSign = (hash: Uint8Array, secretKey: Uint8Array, extraEntropy?: Uint8Array): Uint8Array | undefined =>
  activeProvider().ecdsaSign(hash, secretKey, extraEntropy)

/** As {@link ecdsaSign}, and which of the four candidate keys `ecdsaRecover` must choose (0–3). */
export const ecdsaSignRecoverable = (hash: Uint8Array, secretKey: Uint8Array): RecoverableSignature | undefined =>
  activeProvider().ecdsaSignRecoverable(hash, secretKey)

/** The public key that made a compact signature: 33 bytes, or 65 if not `compressed`; undefined if there is none. */
export const ecdsaRecover = (
  hash: Uint8Array,
  signature: Uint8Array,
  recoveryId: number,
  compressed = true,
): Uint8Array | undefined => activeProvider().ecdsaRecover(hash, signature, recoveryId, compressed)

const HALF_ORDER = CURVE_ORDER >> 1n

/** True if s of a compact signature lies in the lower half of the group order (BIP 146). */
export function isLowS(signature: Uint8Array): boolean {
  return bigintFromBytesBE(signature.subarray(32, 64)) <= HALF_ORDER
}

const ORDER = bigintToBytesBE(CURVE_ORDER, 32)

/** True if the 32 bytes at `at` are a number below the group order. */
function isBelowOrder(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 32; i++) {
    const difference = bytes[at + i]! - ORDER[i]!
    if (difference !== 0) return difference < 0
  }
  return false
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const body = bytes.subarray(start)
  const padded = (body[0]! & 0x80) !== 0 ? concatBytes(Uint8Array.of(0), body) : body
  return concatBytes(Uint8Array.of(0x02, padded.length), padded)
}

/** Strict DER (BIP 66) of a compact signature, without a sighash byte. */
export function encodeDer(signature: Uint8Array): Uint8Array {
  const body = concatBytes(derInteger(signature.subarray(0, 32)), derInteger(signature.subarray(32, 64)))
  return concatBytes(Uint8Array.of(0x30, body.length), body)
}

/**
 * Reads a DER signature as leniently as consensus did before BIP 66: wrong outer lengths, long-form lengths, padding
 * and negative integers pass; r or s over 32 bytes or over the order give a signature that verifies nothing.
 * Returns 64 bytes compact, or undefined where even the lenient parser gives up.
 */
export function decodeDerLax(der: Uint8Array): Uint8Array | undefined {
  let at = 0
  if (der[at++] !== 0x30) return undefined
  const sequence = der[at++]
  if (sequence === undefined) return undefined
  if ((sequence & 0x80) !== 0) {
    const skip = sequence - 0x80
    if (skip > der.length - at) return undefined
    at += skip
  }

  const compact = new Uint8Array(64)
  let fits = true
  /** Reads an integer into the 32 bytes before `end`; false where the parser gives up. */
  const readInteger = (end: number): boolean => {
    if (der[at++] !== 0x02) return false
    let length = der[at++]
    if (length === undefined) return false
    if ((length & 0x80) !== 0) {
      let lengthBytes = length - 0x80
      if (lengthBytes > der.length - at) return false
      while (lengthBytes > 0 && der[at] === 0) {
        at++
        lengthBytes--
      }
      if (lengthBytes >= 4) return false
      length = 0
      while (lengthBytes > 0) {
        length = length * 256 + der[at++]!
        lengthBytes--
      }
    }
    if (length > der.length - at) return false
    const next = at + length
    while (at < next && der[at] === 0) at++
    if (next - at > 32) fits = false
    else for (let i = next - 1, to = end - 1; i >= at; i--, to--) compact[to] = der[i]!
    at = next
    return true
  }

  if (!readInteger(32) || !readInteger(64)) return undefined
  return fits && isBelowOrder(compact, 0) && isBelowOrder(compact, 32) ? compact : new Uint8Array(64)
}
