import { assert, bigintFromBytesBE, ByteWriter, concatBytes } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { taggedHash } from '../hash.ts'
import { modOrder, multiplyBase, POINT_SIZE } from './point.ts'
import { SecretNonce } from './secretNonce.ts'

/** What a nonce is for. Only the key is required; the more is known, the less a bad source of entropy can spoil. */
export interface NonceGenRequest {
  /** The signer's own public key, 33 bytes. */
  readonly publicKey: Uint8Array
  readonly secretKey?: Uint8Array | undefined
  /** x-only, tweaks applied. */
  readonly aggregateKey?: Uint8Array | undefined
  readonly message?: Uint8Array | undefined
  /** Anything else that differs between sessions. */
  readonly extraInput?: Uint8Array | undefined
}

export interface MusigNonce {
  readonly secretNonce: SecretNonce
  /** 66 bytes, for the other signers. */
  readonly publicNonce: Uint8Array
}

/** Xors a secret key with a hash of randomness, so that neither alone decides the nonce. */
export function maskSecretKey(secretKey: Uint8Array, random: Uint8Array): Uint8Array {
  const mask = taggedHash('MuSig/aux', random)
  return secretKey.map((byte, i) => byte ^ mask[i]!)
}

/** A nonce of two 32-byte hashes. Only a broken hash gives a zero scalar. */
export function createNonce(hashes: readonly [Uint8Array, Uint8Array], publicKey: Uint8Array): MusigNonce {
  const first = modOrder(bigintFromBytesBE(hashes[0]))
  const second = modOrder(bigintFromBytesBE(hashes[1]))
  const points = [multiplyBase(first), multiplyBase(second)] as const
  assert(points[0] !== undefined && points[1] !== undefined, 'a nonce scalar is zero')
  return {
    secretNonce: new SecretNonce({ first, second, publicKey: publicKey.slice() }),
    publicNonce: concatBytes(points[0], points[1]),
  }
}

/** BIP 327 NonceGen with 32 bytes from `entropy`. The secret key, if given, is 32 bytes. */
export function nonceGen(
  { publicKey, secretKey, aggregateKey, message, extraInput }: NonceGenRequest,
  entropy: Entropy,
): MusigNonce {
  assert(publicKey.length === POINT_SIZE, 'public key is not in compressed form')
  assert(!secretKey || secretKey.length === 32, 'secret key is not 32 bytes')
  assert(!aggregateKey || aggregateKey.length === 32, 'aggregate key is not x-only')
  const random = entropy.bytes(32)
  const input = new ByteWriter()
    .bytes(secretKey ? maskSecretKey(secretKey, random) : random)
    .u8(publicKey.length)
    .bytes(publicKey)
    .u8(aggregateKey?.length ?? 0)
    .bytes(aggregateKey ?? new Uint8Array(0))
  if (message) input.u8(1).u64BE(BigInt(message.length)).bytes(message)
  else input.u8(0)
  input.u32BE(extraInput?.length ?? 0).bytes(extraInput ?? new Uint8Array(0))
  const prefix = input.finish()
  const hash = (index: number): Uint8Array => taggedHash('MuSig/nonce', prefix, Uint8Array.of(index))
  return createNonce([hash(0), hash(1)], publicKey)
}
