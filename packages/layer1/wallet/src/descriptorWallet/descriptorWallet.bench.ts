import { unwrap } from '@ply/bytes'
import {
  ecdsaSign,
  ecdsaVerify,
  ExtendedKey,
  publicKeyFromSecret,
  schnorrSign,
  schnorrVerify,
  TESTNET_VERSIONS,
  xOnlyTweakAdd,
} from '@ply/crypto'
import { type Block, REGTEST } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { bench, describe } from 'vitest'
import { createPsbt } from '../psbt/psbt.ts'
import { createDescriptorWallet, spendMany } from '../test/descriptorWallets.ts'
import { availableCoins } from './coins.ts'
import { fillPsbt } from './fillPsbt.ts'

// Each wallet stands beside the operations on the curve that nobody can do without: what it takes beyond them is its own.

const entropy = new SeededEntropy(1)
const master = ExtendedKey.fromSeed(new Uint8Array(32).fill(1), TESTNET_VERSIONS).xprv
const other = ExtendedKey.fromSeed(new Uint8Array(32).fill(2), TESTNET_VERSIONS).derive([0]).xpub
const texts = {
  P2WPKH: `wpkh(${master}/84h/1h/0h/0/*)`,
  P2TR: `tr(${master}/86h/1h/0h/0/*)`,
  MuSig2: `tr(musig(${master}/0,${other}/1)/0/*)`,
} as const

const secretKey = new Uint8Array(32).fill(7)
const publicKey = publicKeyFromSecret(secretKey)!
const xOnlyKey = publicKey.subarray(1)
const hash = new Uint8Array(32).fill(9)
const times = (count: number, run: () => unknown) => (): void => {
  for (let i = 0; i < count; i++) run()
}
const multiply = (): unknown => publicKeyFromSecret(secretKey)
const tweak = (): unknown => xOnlyTweakAdd(xOnlyKey, hash)
// On the average two tries until r is low. What is signed is verified.
const ecdsa = ecdsaSign(hash, secretKey)!
const signLowR = (): unknown => [
  ecdsaSign(hash, secretKey, hash),
  ecdsaSign(hash, secretKey),
  ecdsaVerify(hash, ecdsa, publicKey),
]
const schnorr = schnorrSign(hash, secretKey, hash)!
const sign = (): unknown => [schnorrSign(hash, secretKey, hash), schnorrVerify(hash, schnorr, xOnlyKey)]

const ADDRESSES = 200
const few = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 } as const

describe.each([
  ['P2WPKH', times(ADDRESSES, multiply)],
  ['P2TR', times(ADDRESSES, () => [multiply(), tweak()])],
  ['MuSig2', times(ADDRESSES, () => [multiply(), tweak()])],
] as const)(`${ADDRESSES} addresses of %s`, (kind, operations) => {
  bench('looked ahead by a wallet', () => void createDescriptorWallet([texts[kind]], ADDRESSES), few)
  bench('the curve alone', operations, few)
})

const INPUTS = 100

describe.each([
  ['P2WPKH', times(INPUTS, signLowR)],
  ['P2TR', times(INPUTS, () => [tweak(), sign()])],
] as const)(`a transaction of ${INPUTS} inputs of %s`, (kind, operations) => {
  const wallet = createDescriptorWallet([texts[kind]], INPUTS)
  const tx = spendMany(wallet, INPUTS)
  const options = { sign: true, finalize: true, bip32Derivs: true, entropy }
  // Choosing the coins has derived their keys.
  unwrap(fillPsbt(wallet, createPsbt(tx), { ...options, sign: false, finalize: false }))
  bench('signed by a wallet', () => void unwrap(fillPsbt(wallet, createPsbt(tx), options)), few)
  bench('the curve alone', operations, few)
})

describe('a wallet of 2,000 coins', () => {
  const wallet = createDescriptorWallet([texts.P2WPKH], 2000)
  const spending = spendMany(wallet, 2000)
  bench('finds those that it may spend', () => void availableCoins(wallet))

  // Of a block that has nothing for it: as in a rescan.
  const { genesis } = REGTEST
  const [template] = genesis.transactions
  const transactions = spending.inputs.map((input, i) => {
    const scriptPubKey = new Uint8Array(22).fill(i & 0xff, 2).fill(i >> 8, 21)
    const prevout = { txid: input.prevout.txid.toReversed() as typeof input.prevout.txid, index: 1 }
    return { ...template!, inputs: [{ ...input, prevout }], outputs: [{ ...template!.outputs[0]!, scriptPubKey }] }
  })
  const block: Block = { header: genesis.header, transactions }
  bench('looks at a block of 2,000 transactions', () => {
    wallet.ledger.scanBlock(1, block)
  })
})
