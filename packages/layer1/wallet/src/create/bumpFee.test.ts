import { unwrap } from '@ply/bytes'
import { computeTxid, sats, type Transaction, transactionWeight, type Txid, virtualSize } from '@ply/primitives'
import { SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { SCRIPT_TYPES } from '../keys/scriptType.ts'
import { signTransaction } from '../sign/signTransaction.ts'
import type { WalletState } from '../state/walletState.ts'
import { createState, FakeChain, FOREIGN_SCRIPT, keys, output, spend } from '../test/fakeChain.ts'
import { bumpFee, INCREMENTAL_RELAY_FEE_RATE } from './bumpFee.ts'
import { createChild } from './childPaysForParent.ts'
import { createTransaction, type PaymentTarget } from './createTransaction.ts'
import type { FundedTransaction } from './fundTransaction.ts'

const entropy = new SeededEntropy(125)
const NOW = 1_700_000_000

function fundedState(values: readonly number[]): { readonly state: WalletState; readonly chain: FakeChain } {
  const chain = new FakeChain()
  const state = createState()
  const script = (i: number) => state.nextAddress(SCRIPT_TYPES[i % 4], { fresh: true }).scriptPubKey
  const source = chain.mine(
    [],
    values.map((value) => output(value, FOREIGN_SCRIPT)),
  ).transactions[0]!
  chain.mine([
    spend(
      values.map((_, i) => [source, i] as const),
      values.map((value, i) => output(value, script(i))),
    ),
  ])
  chain.sync(state)
  return { state, chain }
}

function sign(state: WalletState, funded: FundedTransaction): Transaction {
  const tx = signTransaction(funded.tx, { ownInputs: funded.ownInputs, keys, entropy })
  const spent = tx.inputs.map((input) => state.outputOf(input.prevout))
  const cache = new SighashCache(tx, spent)
  for (const inputIndex of tx.inputs.keys()) {
    expect(verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS })).toMatchObject({ ok: true })
  }
  const sum = (outputs: readonly ({ readonly value: bigint } | undefined)[]): bigint =>
    outputs.reduce((total, next) => total + (next?.value ?? 0n), 0n)
  expect(sum(spent) - sum(tx.outputs)).toBe(funded.fee)
  return tx
}

function send(state: WalletState, target: PaymentTarget, feeRate = 1000n): Transaction {
  const tx = sign(state, unwrap(createTransaction(state, { ...target, feeRate, entropy })))
  state.applyUnconfirmed(tx, NOW)
  return tx
}

const pay = (value: number): PaymentTarget => ({ outputs: [{ value: sats(value), scriptPubKey: FOREIGN_SCRIPT }] })
const codeOf = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code

describe('a replacement', () => {
  test('keeps inputs and payments, pays more at a higher rate, and takes the place of the first', () => {
    const { state, chain } = fundedState([80_000, 90_000, 30_000])
    const first = send(state, pay(50_000))
    const txid = computeTxid(first)
    const bumped = unwrap(bumpFee(state, txid, { feeRate: 10_000n, entropy }))
    const tx = sign(state, bumped)
    expect(bumped.replaces).toEqual(txid)
    expect(tx.inputs.map((input) => input.prevout)).toEqual(first.inputs.map((input) => input.prevout))
    expect(tx.outputs.map((one) => one.scriptPubKey)).toEqual(first.outputs.map((one) => one.scriptPubKey))
    expect(tx.outputs.find((one) => one.scriptPubKey === FOREIGN_SCRIPT)?.value).toBe(50_000n)
    expect(bumped.fee).toBe(10n * BigInt(Math.ceil(bumped.weight / 4)))
    expect(transactionWeight(tx)).toBeLessThanOrEqual(bumped.weight)
    state.applyUnconfirmed(tx, NOW)
    expect(state.history().find((entry) => entry.status === 'replaced')?.replacedBy).toEqual(computeTxid(tx))
    expect(codeOf(bumpFee(state, txid, { entropy }))).toBe('not-in-mempool')
    // And once more.
    const again = unwrap(bumpFee(state, computeTxid(tx), { entropy }))
    expect(again.fee).toBeGreaterThan(bumped.fee)
    chain.mine([tx])
    chain.sync(state)
    expect(codeOf(bumpFee(state, computeTxid(tx), { entropy }))).toBe('already-confirmed')
  })

  test('by default pays the least that nodes take (BIP 125), over many random wallets', () => {
    const random = createRandom(125)
    let bumps = 0
    for (let run = 0; run < 30; run++) {
      const { state } = fundedState(Array.from({ length: 1 + random.below(6) }, () => 2000 + random.below(60_000)))
      const spendable = Number(state.balance().spendable)
      const built = createTransaction(state, { ...pay(600 + random.below(spendable)), feeRate: 1500n, entropy })
      if (!built.ok) continue
      const first = sign(state, built.value)
      state.applyUnconfirmed(first, NOW)
      const bumped = bumpFee(state, computeTxid(first), { entropy })
      if (!bumped.ok) {
        expect(bumped.error.code).toMatch(/^(insufficient-funds|fee-rate-too-low)$/)
        continue
      }
      bumps++
      const tx = sign(state, bumped.value)
      const size = BigInt(virtualSize(tx))
      expect(bumped.value.fee).toBeGreaterThanOrEqual(built.value.fee + (size * INCREMENTAL_RELAY_FEE_RATE) / 1000n)
      expect(bumped.value.fee * BigInt(virtualSize(first))).toBeGreaterThan(built.value.fee * size)
      const fresh = tx.inputs.slice(first.inputs.length).map((input) => state.coinAt(input.prevout))
      expect(fresh.every((coin) => coin?.height !== undefined)).toBe(true)
    }
    expect(bumps).toBeGreaterThan(15)
  })

  test('adds coins where the change does not suffice; a sweep can pay from its output', () => {
    const { state } = fundedState([60_000, 50_000])
    const first = send(state, pay(59_000), 3000n)
    const added = unwrap(bumpFee(state, computeTxid(first), { feeRate: 50_000n, entropy }))
    expect(sign(state, added).inputs.length).toBeGreaterThan(first.inputs.length)

    const swept = fundedState([60_000, 50_000]).state
    const sweep = send(swept, { all: FOREIGN_SCRIPT })
    const txid = computeTxid(sweep)
    expect(codeOf(bumpFee(swept, txid, { feeRate: 9000n, entropy }))).toBe('insufficient-funds')
    const less = unwrap(bumpFee(swept, txid, { feeRate: 9000n, entropy, reduceOutput: 0 }))
    expect(sign(swept, less).outputs).toEqual([{ value: 110_000n - less.fee, scriptPubKey: FOREIGN_SCRIPT }])
    expect(codeOf(bumpFee(swept, txid, { feeRate: 900_000n, entropy, reduceOutput: 0 }))).toBe('insufficient-funds')
    expect(codeOf(bumpFee(swept, txid, { entropy, reduceOutput: 1 }))).toBe('no-such-output')
  })

  test('is refused by name', () => {
    const { state, chain } = fundedState([80_000])
    expect(codeOf(bumpFee(state, new Uint8Array(32) as Txid, { entropy }))).toBe('unknown-transaction')
    const first = send(state, pay(20_000), 5000n)
    const txid = computeTxid(first)
    expect(bumpFee(state, txid, { feeRate: 5500n, entropy })).toMatchObject({
      error: { code: 'fee-rate-too-low', least: 6000n },
    })
    send(state, pay(20_000))
    expect(codeOf(bumpFee(state, txid, { entropy }))).toBe('has-descendants')
    const foreign = chain.mine([], [output(10_000, FOREIGN_SCRIPT)]).transactions[0]!
    const incoming = spend([[foreign, 0]], [output(9_000, state.nextAddress().scriptPubKey)])
    state.applyUnconfirmed(incoming, NOW)
    expect(codeOf(bumpFee(state, computeTxid(incoming), { entropy }))).toBe('foreign-inputs')
  })
})

describe('a child that pays for its parent', () => {
  test('brings both to the fee rate, with other coins where it must', () => {
    for (const [received, feeRate] of [
      [40_000, 20_000n],
      [1_000, 20_000n],
    ] as const) {
      const { state, chain } = fundedState([70_000])
      const foreign = chain.mine([], [output(50_000, FOREIGN_SCRIPT)]).transactions[0]!
      const parent = spend(
        [[foreign, 0]],
        [output(received, state.nextAddress().scriptPubKey), output(5_000, FOREIGN_SCRIPT)],
      )
      state.applyUnconfirmed(parent, NOW)
      const size = virtualSize(parent)
      const child = unwrap(createChild(state, { txid: computeTxid(parent), size, fee: 200n }, { feeRate, entropy }))
      const tx = sign(state, child)
      expect(tx.inputs[0]?.prevout).toEqual({ txid: computeTxid(parent), index: 0 })
      expect(tx.outputs).toHaveLength(1)
      const together = (BigInt(size + virtualSize(tx)) * feeRate) / 1000n
      expect(child.fee + 200n).toBeGreaterThanOrEqual(together)
      expect(child.fee + 200n).toBeLessThan(together + feeRate / 20n)
    }
  })

  test('is refused by name', () => {
    const { state } = fundedState([30_000])
    const sent = send(state, { all: FOREIGN_SCRIPT })
    const parent = { txid: computeTxid(sent), size: 110, fee: 110n }
    expect(codeOf(createChild(state, parent, { feeRate: 5000n, entropy }))).toBe('no-output-to-spend')
    const other = fundedState([30_000]).state
    const own = send(other, pay(29_000))
    const change = { txid: computeTxid(own), size: virtualSize(own), fee: 150n }
    expect(codeOf(createChild(other, change, { feeRate: 1000n, entropy }))).toBe('parent-pays-enough')
    expect(codeOf(createChild(other, change, { feeRate: 50_000n, entropy }))).toBe('insufficient-funds')
  })
})
