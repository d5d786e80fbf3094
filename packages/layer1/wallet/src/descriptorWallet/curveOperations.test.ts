import { unwrap } from '@ply/bytes'
import { ExtendedKey, TESTNET_VERSIONS } from '@ply/crypto'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { createPsbt } from '../psbt/psbt.ts'
import { countCurveOperations } from '../test/countingProvider.ts'
import { createDescriptorWallet, spendMany } from '../test/descriptorWallets.ts'
import { availableCoins } from './coins.ts'
import { fillPsbt } from './fillPsbt.ts'

// All other work of a wallet is hashing and copying: operations on the curve are what its time goes into. These tests
// hold it to the number that nobody can do without.

const master = ExtendedKey.fromSeed(new Uint8Array(32).fill(1), TESTNET_VERSIONS).xprv
const other = ExtendedKey.fromSeed(new Uint8Array(32).fill(2), TESTNET_VERSIONS).derive([0]).xpub
const entropy = new SeededEntropy(1)

/** More descriptors than the one that is paid to: their keys are not to be looked at. */
const create = (text: string, keypool: number) =>
  createDescriptorWallet([text, ...[44, 49, 84, 86].map((purpose) => `pkh(${master}/${purpose}h/9h/*)`)], keypool)

const single: readonly (readonly [name: string, text: string])[] = [
  ['P2PKH', `pkh(${master}/44h/1h/0h/0/*)`],
  ['P2SH-P2WPKH', `sh(wpkh(${master}/49h/1h/0h/0/*))`],
  ['P2WPKH', `wpkh(${master}/84h/1h/0h/0/*)`],
]

const INPUTS = 10

describe('looking ahead', () => {
  const more = (text: string): Readonly<Record<string, number>> => {
    const wallet = create(text, 1)
    wallet.book.topUp(1)
    return countCurveOperations(() => wallet.book.topUp(INPUTS + 1))
  }
  // Five descriptors look ahead; one address of each tells whether secret keys are needed, and parents are known.
  const perDescriptor = INPUTS + 1

  test.each(single)('%s: one multiplication for an address', (_, text) => {
    expect(more(text)['publicKeyFromSecret']).toBeLessThanOrEqual(5 * perDescriptor)
  })

  test('P2TR: one more for its tweak', () => {
    const counts = more(`tr(${master}/86h/1h/0h/0/*)`)
    expect(counts['publicKeyFromSecret']).toBeLessThanOrEqual(5 * perDescriptor)
    expect(counts['xOnlyTweakAdd']).toBeLessThanOrEqual(perDescriptor)
  })

  test('an aggregate that is derived from: none for the keys of its participants', () => {
    const counts = more(`tr(musig(${master}/0,${other}/1)/0/*)`)
    expect(counts['pointMultiply'] ?? 0).toBeLessThanOrEqual(2 * 2)
    expect(counts['xOnlyTweakAdd']).toBeLessThanOrEqual(perDescriptor)
  })
})

describe('signing', () => {
  const sign = (text: string): Readonly<Record<string, number>> => {
    const wallet = create(text, INPUTS)
    const psbt = createPsbt(spendMany(wallet, INPUTS))
    return countCurveOperations(() => {
      const filled = fillPsbt(wallet, psbt, { sign: true, finalize: true, bip32Derivs: true, entropy })
      expect(unwrap(filled).complete).toBe(true)
    })
  }

  test.each(single)('%s: the key of each input, signatures until r is low, and a look at the last one', (_, text) => {
    const { ecdsaSign, ...others } = sign(text)
    expect(others).toEqual({ publicKeyFromSecret: INPUTS, ecdsaVerify: INPUTS })
    expect(ecdsaSign).toBeLessThan(4 * INPUTS)
  })

  test('P2TR: the key of each input and its tweak, which is checked, and one signature, which is, too', () => {
    const counts = sign(`tr(${master}/86h/1h/0h/0/*)`)
    expect(counts).toEqual({
      publicKeyFromSecret: INPUTS,
      xOnlyTweakAdd: 2 * INPUTS,
      schnorrSign: INPUTS,
      schnorrVerify: INPUTS,
    })
  })

  test('for a key that only the PSBT names: down one path of the master key, not one for each descriptor', () => {
    const wallet = create(`wpkh(${master}/84h/1h/0h/0/*)`, 1)
    const stranger = createDescriptorWallet([`wpkh(${master}/48h/1h/0h/2h/0/*)`], INPUTS)
    const options = { finalize: true, bip32Derivs: true, entropy }
    const unsigned = createPsbt(spendMany(stranger, INPUTS))
    const { psbt } = unwrap(fillPsbt(stranger, unsigned, { ...options, sign: false }))
    const counts = countCurveOperations(() => {
      expect(unwrap(fillPsbt(wallet, psbt, { ...options, sign: true })).complete).toBe(true)
    })
    expect(counts['publicKeyFromSecret']).toBeLessThanOrEqual(6 * INPUTS)
  })
})

test('choosing coins: the weight of one input of each kind', () => {
  const wallet = create(`tr(${master}/86h/1h/0h/0/*)`, 50)
  spendMany(wallet, 50)
  const counts = countCurveOperations(() => {
    expect(availableCoins(wallet)).toHaveLength(50)
  })
  expect(counts).toEqual({ publicKeyFromSecret: 1, xOnlyTweakAdd: 1 })
})
