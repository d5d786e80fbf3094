import { describe, expect, test } from 'vitest'
import { activeProvider, CURVE_ORDER, installProvider, nobleProvider } from '@ply/crypto'
import { providerContract } from '@ply/crypto/contract'
import { bigintFromBytesBE, bigintToBytesBE, bytesToHex, concatBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { createRandom } from '@ply/testkit'
import { hasVectors, readVectorJson, readVectorText } from '@ply/vectors'
import { chooseCryptoProvider } from './chooseProvider.ts'
import { nativeProvider } from './nativeProvider.ts'
import { nodeHashes } from './nodeHashes.ts'
import { wasmProvider } from './wasmProvider.ts'

const native = nativeProvider()
const providers: [string, CryptoProvider][] = [['wasm', wasmProvider()]]
if (native) providers.push(['native', native])
if (process.platform === 'linux' && process.arch === 'x64')
  test('has a native binary', () => expect(native).toBeDefined())

describe.each(providers)('%s', (_, provider) => {
  const random = createRandom(340)
  const vectors = {
    bip340Csv: hasVectors ? readVectorText('bips/bip-0340/test-vectors.csv') : '',
    bip327: (name: string) => readVectorJson(`bips/bip-0327/vectors/${name}_vectors.json`),
  }
  const contract = providerContract({
    random: (length) => random.bytes(length),
    rounds: 3,
    ...(hasVectors && { vectors }),
  })
  test.each(contract.map((one) => [one.name, one] as const))('keeps the contract: %s', (_name, one) =>
    one.run(provider),
  )

  test('agrees with noble on random, broken and extreme operands', () => {
    const random = createRandom(11)
    const extremes = [0n, 1n, CURVE_ORDER - 1n, CURVE_ORDER, (1n << 256n) - 1n].map((n) => bigintToBytesBE(n, 32))
    for (let i = 0; i < 25; i++) {
      const scalar = random.chance(0.3) ? random.pick(extremes) : random.bytes(32)
      const secretKey = random.bytes(32)
      const message = random.bytes(random.chance(0.2) ? random.below(60) : 32)
      const hash = random.bytes(32)
      const publicKey = nobleProvider.publicKeyFromSecret(secretKey, random.chance(0.5))!
      const keys = [publicKey, hybrid(secretKey), corrupt(publicKey), random.bytes(33), random.bytes(31)]
      const key = random.pick(keys)

      expect(provider.publicKeyFromSecret(scalar)).toEqual(nobleProvider.publicKeyFromSecret(scalar))
      expect(provider.isPublicKey(key)).toBe(nobleProvider.isPublicKey(key))
      expect(provider.pointMultiply(key, scalar)).toEqual(nobleProvider.pointMultiply(key, scalar))
      expect(provider.pointAddScalar(key, scalar)).toEqual(nobleProvider.pointAddScalar(key, scalar))
      expect(provider.pointAdd(key, publicKey)).toEqual(nobleProvider.pointAdd(key, publicKey))
      const negated = nobleProvider.pointMultiply(publicKey, extremes[2]!)!
      expect(provider.pointAdd(publicKey, negated)).toBeUndefined()

      const entropy = random.chance(0.5) ? random.bytes(32) : undefined
      const signature = provider.ecdsaSign(hash, secretKey, entropy)!
      expect(signature).toEqual(nobleProvider.ecdsaSign(hash, secretKey, entropy))
      expect(provider.ecdsaSign(hash, scalar)).toEqual(nobleProvider.ecdsaSign(hash, scalar))
      for (const candidate of [signature, highS(signature), corrupt(signature), random.bytes(64), new Uint8Array(64)]) {
        expect(provider.ecdsaVerify(hash, candidate, key)).toBe(nobleProvider.ecdsaVerify(hash, candidate, key))
      }

      const schnorr = provider.schnorrSign(message, secretKey, hash)!
      expect(schnorr).toEqual(nobleProvider.schnorrSign(message, secretKey, hash))
      const xOnly = publicKey.slice(1, 33)
      expect(provider.schnorrVerify(message, schnorr, xOnly)).toBe(true)
      for (const candidate of [corrupt(schnorr), concatBytes(schnorr.subarray(0, 32), scalar), new Uint8Array(64)]) {
        expect(provider.schnorrVerify(message, candidate, xOnly)).toBe(
          nobleProvider.schnorrVerify(message, candidate, xOnly),
        )
      }
      expect(provider.schnorrVerify(message, schnorr, scalar)).toBe(false)
      expect(provider.xOnlyTweakAdd(xOnly, scalar)).toEqual(nobleProvider.xOnlyTweakAdd(xOnly, scalar))
      expect(provider.hash256(message)).toEqual(nobleProvider.hash256(message))
    }
    function corrupt(bytes: Uint8Array): Uint8Array {
      const copy = bytes.slice()
      copy[random.below(copy.length)]! ^= 1 << random.below(8)
      return copy
    }
  })
})

function hybrid(secretKey: Uint8Array): Uint8Array {
  const key = nobleProvider.publicKeyFromSecret(secretKey, false)!
  key[0] = 6 + (key[64]! & 1)
  return key
}

function highS(signature: Uint8Array): Uint8Array {
  const s = CURVE_ORDER - bigintFromBytesBE(signature.subarray(32))
  return concatBytes(signature.subarray(0, 32), bigintToBytesBE(s, 32))
}

test('the choice is installed, the fastest that this machine has', () => {
  const previous = activeProvider()
  const chosen = chooseCryptoProvider()
  expect(activeProvider()).toBe(chosen)
  expect(chosen.name).toBe(native ? 'secp256k1-native' : 'tiny-secp256k1')
  installProvider(previous)
})

test('hashes data of all lengths as the portable provider does', () => {
  const random = createRandom(12)
  for (let i = 0; i < 2500; i++) {
    const data = random.bytes(i % 500)
    const same = bytesToHex(nodeHashes.sha256(data)) === bytesToHex(nobleProvider.sha256(data))
    const sameTwice = bytesToHex(nodeHashes.hash256(data)) === bytesToHex(nobleProvider.hash256(data))
    expect([i, same, sameTwice]).toEqual([i, true, true])
  }
})
