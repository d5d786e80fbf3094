import { bytesToHex, hexToBytes } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { describe, expect, it } from 'vitest'
import appendixD from '../testdata/bolt3AppendixD.json' with { type: 'json' }
import { derivePublicKey, deriveRevocationPublicKey, deriveRevocationSecretKey, deriveSecretKey } from './derivation.ts'
import { FIRST_SECRET_INDEX, generateFromSeed } from './perCommitmentSecret.ts'
import { EMPTY_SECRET_STORE, findSecret, insertSecret } from './secretStore.ts'
import { createSeedSigner } from './seedSigner.ts'

describe('BOLT 3 appendix D: per-commitment secrets', () => {
  it.each(appendixD.generate)('$name', ({ seed, index, secret }) => {
    expect(bytesToHex(generateFromSeed(hexToBytes(seed), index))).toBe(secret)
  })

  it.each(appendixD.insert)('$name', ({ steps }) => {
    let store = EMPTY_SECRET_STORE
    for (const { index, secret, ok } of steps) {
      const next = insertSecret(store, hexToBytes(secret), index)
      expect(next !== undefined).toBe(ok)
      if (next) store = next
    }
    if (steps.every((step) => step.ok)) {
      for (const { index, secret } of steps) expect(bytesToHex(findSecret(store, index)!)).toBe(secret)
    }
  })

  it('keeps a thousand secrets in a few entries and finds each', () => {
    const seed = new Uint8Array(32).fill(7)
    let store = EMPTY_SECRET_STORE
    for (let i = 0; i < 1000; i++) {
      store = insertSecret(store, generateFromSeed(seed, FIRST_SECRET_INDEX - i), FIRST_SECRET_INDEX - i)!
    }
    expect(store.known.filter(Boolean).length).toBeLessThan(12)
    for (let i = 0; i < 1000; i += 37) {
      expect(findSecret(store, FIRST_SECRET_INDEX - i)).toEqual(generateFromSeed(seed, FIRST_SECRET_INDEX - i))
    }
    expect(findSecret(store, FIRST_SECRET_INDEX - 1000)).toBeUndefined()
  })
})

describe('BOLT 3 appendix E: key derivation', () => {
  const baseSecret = hexToBytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
  const perCommitmentSecret = hexToBytes('1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100')
  const basePoint = hexToBytes('036d6caac248af96f6afa7f904f550253a0f3ef3f5aa2fe6838a95b216691468e2')
  const perCommitmentPoint = hexToBytes('025f7117a78150fe2ef97db7cfc83bd57b2e2c0d0dd25eaf467a4a1c2a45ce1486')

  it('derives the points from the secrets', () => {
    expect(publicKeyFromSecret(baseSecret)).toEqual(basePoint)
    expect(publicKeyFromSecret(perCommitmentSecret)).toEqual(perCommitmentPoint)
  })
  it('derivation of pubkey from basepoint and per_commitment_point', () => {
    expect(bytesToHex(derivePublicKey(basePoint, perCommitmentPoint))).toBe(
      '0235f2dbfaa89b57ec7b055afe29849ef7ddfeb1cefdb9ebdc43f5494984db29e5',
    )
  })
  it('derivation of private key from basepoint secret and per_commitment_secret', () => {
    expect(bytesToHex(deriveSecretKey(baseSecret, basePoint, perCommitmentPoint))).toBe(
      'cbced912d3b21bf196a766651e436aff192362621ce317704ea2f75d87e7be0f',
    )
  })
  it('derivation of revocation pubkey from basepoint and per_commitment_point', () => {
    expect(bytesToHex(deriveRevocationPublicKey(basePoint, perCommitmentPoint))).toBe(
      '02916e326636d19c33f13e8c0c3a03dd157f332f3e99c317c141dd865eb01f8ff0',
    )
  })
  it('derivation of revocation secret from basepoint_secret and per_commitment_secret', () => {
    const secret = deriveRevocationSecretKey({
      revocationBasepointSecret: baseSecret,
      revocationBasepoint: basePoint,
      perCommitmentSecret,
      perCommitmentPoint,
    })
    expect(bytesToHex(secret)).toBe('d09ffff62ddb2297ab000cc85bcb4283fdeb6aa052affbc9dddcf33b61078110')
  })
})

describe('the seed signer', () => {
  it('gives the same keys for the same seed and id, others for another', () => {
    const [a, b] = [createSeedSigner(new Uint8Array(32).fill(1)), createSeedSigner(new Uint8Array(32).fill(1))]
    const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    expect(a.publicKeys(first)).toEqual(b.publicKeys(first))
    expect(a.publicKeys(first)).not.toEqual(a.publicKeys(second))
    expect(publicKeyFromSecret(a.perCommitmentSecret(first, 5))).toEqual(b.perCommitmentPoint(first, 5))
  })
})
