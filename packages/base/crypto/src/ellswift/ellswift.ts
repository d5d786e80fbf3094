import { assert, bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { taggedHash } from '../hash.ts'
import { isSecretKey, pointMultiply, publicKeyFromSecret } from '../keys.ts'
import { Fp } from './field.ts'
import { xswiftec, xswiftecInverse } from './xswiftec.ts'

/** Bytes of an ElligatorSwift encoding: u and t. */
export const ELLSWIFT_LENGTH = 64

/** The x coordinate, 32 bytes, that an encoding of 64 bytes stands for: every one stands for a point. */
export function ellswiftDecode(encoding: Uint8Array): Uint8Array {
  assert(encoding.length === ELLSWIFT_LENGTH, 'an ElligatorSwift encoding has 64 bytes')
  const u = Fp.create(bigintFromBytesBE(encoding.subarray(0, 32)))
  const t = Fp.create(bigintFromBytesBE(encoding.subarray(32)))
  return bigintToBytesBE(xswiftec(u, t), 32)
}

/** One of the very many encodings of the x coordinate of a point, chosen at random: 64 bytes like any others. */
export function ellswiftEncode(x: Uint8Array, entropy: Entropy): Uint8Array {
  const coordinate = bigintFromBytesBE(x)
  for (;;) {
    const random = entropy.bytes(33)
    const u = Fp.create(bigintFromBytesBE(random.subarray(0, 32)))
    const t = Fp.is0(u) ? undefined : xswiftecInverse(coordinate, u, random[32]! & 7)
    if (t !== undefined) return concatBytes(bigintToBytesBE(u, 32), bigintToBytesBE(t, 32))
  }
}

export interface EllswiftKey {
  readonly secretKey: Uint8Array
  /** 64 bytes that look random to everybody else. */
  readonly encoding: Uint8Array
}

/** A fresh secret key with a public key that cannot be told from random bytes. */
export function ellswiftCreate(entropy: Entropy): EllswiftKey {
  for (;;) {
    const secretKey = entropy.bytes(32)
    if (!isSecretKey(secretKey)) continue
    const publicKey = publicKeyFromSecret(secretKey)
    assert(publicKey !== undefined, 'a valid secret key has a public key')
    return { secretKey, encoding: ellswiftEncode(publicKey.subarray(1), entropy) }
  }
}

/** x coordinate of the secret key times the point of the encoding. */
export function ellswiftEcdhX(theirs: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const shared = pointMultiply(concatBytes(Uint8Array.of(2), ellswiftDecode(theirs)), secretKey)
  assert(shared !== undefined, 'a valid secret key times a point of the curve is a point')
  return shared.slice(1)
}

/** BIP 324 `v2_ecdh`: the secret that both sides of a v2 connection share. */
export function bip324Ecdh(ours: EllswiftKey, theirs: Uint8Array, initiator: boolean): Uint8Array {
  const x = ellswiftEcdhX(theirs, ours.secretKey)
  const keys = initiator ? [ours.encoding, theirs] : [theirs, ours.encoding]
  return taggedHash('bip324_ellswift_xonly_ecdh', ...keys, x)
}
