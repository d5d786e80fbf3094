import { hexToBytes, unwrap } from '@ply/bytes'
import { REGTEST, type Transaction } from '@ply/primitives'
import { parseDescriptor, SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_DEFAULT } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../psbt/base64.ts'
import { INPUT } from '../psbt/fieldType.ts'
import { createPsbt, decodePsbt, encodePsbt, nonWitnessUtxo, type Psbt } from '../psbt/psbt.ts'
import { psbtSighashType } from '../psbt/signPsbt.ts'
import { setSighashType, setWitnessUtxo, updatePsbtInput } from '../psbt/updatePsbt.ts'
import { FakeChain, FOREIGN_SCRIPT, output, spend } from '../test/fakeChain.ts'
import { DescriptorWallet, EMPTY_WALLET } from './descriptorWallet.ts'
import { fillPsbt } from './fillPsbt.ts'
import { EMPTY_POOL } from './poolView.ts'
import { createWalletDescriptor } from './walletDescriptor.ts'

const entropy = new SeededEntropy(1)
const FLAGS = { disablePrivateKeys: false, blank: true, avoidReuse: false }
const SECRET = 'cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA'

/** A wallet of the outputs of single keys. */
function createWallet(...descriptors: readonly string[]): DescriptorWallet {
  const ledger = { height: -1, recentBlocks: [], records: [] }
  const environment = { network: REGTEST, keypool: 1, now: () => 1_700_000_000, pool: EMPTY_POOL }
  const wallet = new DescriptorWallet({ ...EMPTY_WALLET, flags: FLAGS, ledger }, environment)
  for (const text of descriptors) {
    const parsed = unwrap(parseDescriptor(text, REGTEST))
    const fields = { timestamp: 1, internal: false, start: 0, end: 1, next: 0 }
    const descriptor = createWalletDescriptor(parsed, REGTEST, fields)
    wallet.ring.add(descriptor.id, text, entropy)
    unwrap(wallet.book.add(descriptor))
  }
  return wallet
}

/** A wallet of one key, what pays to it, and a PSBT that spends that. */
function createCoin(kind: string): { wallet: DescriptorWallet; previous: Transaction; unsigned: Psbt } {
  const wallet = createWallet(`${kind}(${SECRET})`)
  const previous = new FakeChain().coinbase([output(50_000n, hexToBytes([...wallet.book.scripts()][0]!))])
  return { wallet, previous, unsigned: createPsbt(spend([[previous, 0]], [output(40_000n, FOREIGN_SCRIPT)])) }
}

const OPTIONS = { sign: true, sighashType: SIGHASH_ALL, finalize: true, bip32Derivs: true, entropy }

interface Signer {
  readonly privkeys: readonly string[]
  readonly psbt: string
  readonly result: string
}

describe.skipIf(!hasVectors)(hasVectors ? "BIP 174's signers" : missingReason, () => {
  const { signer } = hasVectors
    ? (readVectorJson('bitcoin-core/rpc_psbt.json') as { readonly signer: readonly Signer[] })
    : { signer: [] }

  test.each(signer.map((vector, i) => [i, vector] as const))('%i gets the expected bytes', (_, vector) => {
    const wallet = createWallet(...vector.privkeys.map((key) => `combo(${key})`))
    const psbt = unwrap(decodePsbt(unwrap(decodeBase64(vector.psbt))))
    expect(encodeBase64(encodePsbt(unwrap(fillPsbt(wallet, psbt, OPTIONS)).psbt))).toBe(vector.result)
  })
})

test.each([
  ['pkh', false],
  ['wpkh', true],
])('an amount that only the map claims: %s is told and signed: %s', (kind, isTold) => {
  const { wallet, previous, unsigned } = createCoin(kind)
  const psbt = updatePsbtInput(unsigned, 0, (map) => setWitnessUtxo(map, previous.outputs[0]!))
  const filled = unwrap(fillPsbt(wallet, psbt, OPTIONS))
  expect(filled.complete).toBe(isTold)
  if (!isTold) expect(filled.psbt).toEqual(psbt)
  const known = fillPsbt(wallet, psbt, { ...OPTIONS, findTransaction: () => previous })
  expect(unwrap(known).complete).toBe(true)
})

test('scripts that were final and do not spend any more are not complete', () => {
  const { wallet, previous, unsigned } = createCoin('wpkh')
  const { psbt, complete } = unwrap(fillPsbt(wallet, unsigned, { ...OPTIONS, findTransaction: () => previous }))
  expect(complete).toBe(true)
  const changed = { ...psbt, tx: { ...psbt.tx, outputs: [output(39_999n, FOREIGN_SCRIPT)] } }
  expect(unwrap(fillPsbt(wallet, changed, OPTIONS)).complete).toBe(false)
})

test.each([
  ['taproot alone', ['tr'], []],
  ['taproot beside segwit', ['tr', 'wpkh'], [0, 1]],
])('previous transactions stay where a signature needs one: %s', (_, kinds, kept) => {
  const wallet = createWallet(...kinds.map((kind) => `${kind}(${SECRET})`))
  const outputs = [...wallet.book.scripts()].map((script) => output(50_000n, hexToBytes(script)))
  const previous = new FakeChain().coinbase(outputs)
  const unsigned = createPsbt(
    spend(
      outputs.map((_, index) => [previous, index]),
      [output(40_000n, FOREIGN_SCRIPT)],
    ),
  )
  const options = { ...OPTIONS, sign: false, finalize: false, findTransaction: () => previous }
  const { psbt } = unwrap(fillPsbt(wallet, unsigned, options))
  expect([...psbt.inputs.keys()].filter((index) => nonWitnessUtxo(psbt.inputs[index]!))).toEqual(kept)
})

describe('sighash types', () => {
  const ANYONE = SIGHASH_ALL | SIGHASH_ANYONECANPAY
  const asking = (kind: string, asked: number) => {
    const { wallet, previous, unsigned } = createCoin(kind)
    const psbt = updatePsbtInput(unsigned, 0, (map) => setSighashType(map, asked))
    const { sighashType: _, ...options } = { ...OPTIONS, findTransaction: () => previous }
    return (wanted?: number) =>
      fillPsbt(wallet, psbt, wanted === undefined ? options : { ...options, sighashType: wanted })
  }

  test.each(['wpkh', 'tr'])('other than asked for are refused, the usual one too: %s', (kind) => {
    const filled = asking(kind, ANYONE)
    for (const wanted of [undefined, SIGHASH_DEFAULT, SIGHASH_ALL]) {
      expect(filled(wanted)).toEqual({ ok: false, error: 'sighash-mismatch' })
    }
    expect(unwrap(filled(ANYONE)).complete).toBe(true)
  })

  test.each([
    ['wpkh', SIGHASH_ALL, undefined],
    ['wpkh', ANYONE, ANYONE],
    ['tr', SIGHASH_ALL, SIGHASH_ALL],
    ['tr', SIGHASH_DEFAULT, undefined],
  ])('that are not the usual are noted: %s %i', (kind, wanted, noted) => {
    const { wallet, previous, unsigned } = createCoin(kind)
    const options = { ...OPTIONS, sign: false, sighashType: wanted, findTransaction: () => previous }
    expect(psbtSighashType(unwrap(fillPsbt(wallet, unsigned, options)).psbt.inputs[0]!)).toBe(noted)
  })

  test('of signatures that are there already count, too', () => {
    const { wallet, previous, unsigned } = createCoin('wpkh')
    const options = { ...OPTIONS, finalize: false, findTransaction: () => previous }
    const { psbt } = unwrap(fillPsbt(wallet, unsigned, { ...options, sighashType: ANYONE }))
    const silent = updatePsbtInput(psbt, 0, (map) => map.filter(({ type }) => type !== INPUT.sighashType))
    expect(fillPsbt(wallet, silent, options)).toEqual({ ok: false, error: 'sighash-mismatch' })
  })
})
