import { bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { CURVE_ORDER } from '../../keys.ts'
import { nobleProvider } from '../noble.ts'
import { type ContractInput, mutate, same } from './contractCase.ts'

/** One round: every operation on operands that are valid, broken in one bit, and random. */
export function differential(provider: CryptoProvider, random: ContractInput['random']): void {
  const secretKey = random(32)
  const other = random(32)
  const hash = random(32)
  const compressed = nobleProvider.publicKeyFromSecret(secretKey)
  const uncompressed = nobleProvider.publicKeyFromSecret(secretKey, false)
  const otherKey = nobleProvider.publicKeyFromSecret(other)
  if (!compressed || !uncompressed || !otherKey) return

  const hybrid = concatBytes(Uint8Array.of(6 + (uncompressed[64]! & 1)), uncompressed.subarray(1))
  const signature = same(provider, 'ecdsaSign', (p) => p.ecdsaSign(hash, secretKey)) as Uint8Array
  same(provider, 'ecdsaSign with extra entropy', (p) => p.ecdsaSign(hash, secretKey, other))
  const highS = concatBytes(
    signature.subarray(0, 32),
    bigintToBytesBE(CURVE_ORDER - bigintFromBytesBE(signature.subarray(32)), 32),
  )
  same(provider, 'ecdsaSignRecoverable', (p) => p.ecdsaSignRecoverable(hash, secretKey))
  for (const candidate of [signature, highS, mutate(signature, random), random(64)]) {
    for (let id = 0; id < 4; id++) {
      same(provider, 'ecdsaRecover', (p) => p.ecdsaRecover(hash, candidate, id))
      same(provider, 'ecdsaRecover, uncompressed', (p) => p.ecdsaRecover(hash, candidate, id, false))
    }
  }
  for (const key of [compressed, uncompressed, hybrid, mutate(compressed, random), mutate(hybrid, random), otherKey]) {
    for (const candidate of [signature, highS, mutate(signature, random)]) {
      same(provider, 'ecdsaVerify', (p) => p.ecdsaVerify(hash, candidate, key))
    }
    same(provider, 'isPublicKey', (p) => p.isPublicKey(key))
    same(provider, 'pointAdd', (p) => p.pointAdd(key, otherKey))
    same(provider, 'pointMultiply', (p) => p.pointMultiply(key, other))
    same(provider, 'ecdh', (p) => p.ecdh(other, key))
    same(provider, 'pointAddScalar', (p) => p.pointAddScalar(key, other))
  }

  const message = random(hash[0]!)
  const schnorr = same(provider, 'schnorrSign', (p) => p.schnorrSign(message, secretKey, other)) as Uint8Array
  const xOnly = compressed.subarray(1)
  for (const candidate of [schnorr, mutate(schnorr, random)]) {
    same(provider, 'schnorrVerify', (p) => p.schnorrVerify(message, candidate, xOnly))
    same(provider, 'schnorrVerify, other key', (p) => p.schnorrVerify(message, candidate, mutate(xOnly, random)))
  }
  same(provider, 'xOnlyTweakAdd', (p) => p.xOnlyTweakAdd(xOnly, other))
  same(provider, 'hash256', (p) => p.hash256(message))
}
