import { unwrap } from '@ply/bytes'
import {
  computeTxid,
  outPointKey,
  sats,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  transactionWeight,
  type Txid,
  type TxOutput,
  virtualSize,
} from '@ply/primitives'
import { createP2a, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { SCRIPT_TYPES } from '../keys/scriptType.ts'
import { extractTransaction, finalizePsbt } from '../psbt/finalizePsbt.ts'
import { createPsbt } from '../psbt/psbt.ts'
import { signPsbt } from '../psbt/signWithWallet.ts'
import { updatePsbt } from '../psbt/updatePsbt.ts'
import { signTransaction } from '../sign/signTransaction.ts'
import { isSpendable } from '../state/coin.ts'
import type { WalletState } from '../state/walletState.ts'
import { createState, FakeChain, FOREIGN_SCRIPT, keys, output, spend } from '../test/fakeChain.ts'
import { createTransaction, findCoins } from './createTransaction.ts'
import { describeFundingError, type FundingError } from './fundingError.ts'
import { type FundedTransaction, fundTransaction } from './fundTransaction.ts'
import { computeAntiFeeSnipingLockTime } from './lockTime.ts'

const entropy = new SeededEntropy(4)

/** A wallet with confirmed coins of these values, of every kind by turns. */
function fundedState(values: readonly number[]): WalletState {
  const chain = new FakeChain()
  const state = createState()
  const source = chain.mine(
    [],
    values.map((value) => output(value, FOREIGN_SCRIPT)),
  ).transactions[0]!
  chain.mine(
    values.map((value, i) =>
      spend([[source, i]], [output(value, state.nextAddress(SCRIPT_TYPES[i % 4], { fresh: true }).scriptPubKey)]),
    ),
  )
  chain.sync(state)
  return state
}

const sign = (funded: FundedTransaction, otherOutputs: ReadonlyMap<number, TxOutput> = new Map()): Transaction =>
  signTransaction(funded.tx, { ownInputs: funded.ownInputs, otherOutputs, keys, entropy })

/** Runs the wallet's inputs through the interpreter with every standard flag, and checks fee and weight. */
function verify(
  state: WalletState,
  funded: FundedTransaction,
  others: ReadonlyMap<number, TxOutput> = new Map(),
): Transaction {
  const tx = sign(funded, others)
  const spent = tx.inputs.map((input, i) => others.get(i) ?? state.outputOf(input.prevout))
  const cache = new SighashCache(tx, spent)
  for (const { index } of funded.ownInputs) {
    expect(verifyInput({ cache, inputIndex: index, flags: STANDARD_SCRIPT_VERIFY_FLAGS })).toEqual({
      ok: true,
      value: undefined,
    })
  }
  const value = (outputs: readonly (TxOutput | undefined)[]): bigint =>
    outputs.reduce((sum, next) => sum + (next?.value ?? 0n), 0n)
  expect(value(spent) - value(tx.outputs)).toBe(funded.fee)
  return tx
}

const code = (result: { ok: boolean; error?: FundingError }): string | undefined => result.error?.code

describe('a payment', () => {
  test('pays, signs both kinds of coin, reaches its fee rate and no more, over many random wallets', () => {
    const random = createRandom(21)
    for (let run = 0; run < 25; run++) {
      const values = Array.from({ length: 1 + random.below(8) }, () => 1000 + random.below(200_000))
      const state = fundedState(values)
      const feeRate = BigInt(random.pick([1000, 2500, 10_000, 50_000]))
      const amount = 1000 + random.below(150_000)
      const created = createTransaction(state, {
        outputs: [output(amount, FOREIGN_SCRIPT)],
        feeRate,
        entropy,
        changeType: random.pick(SCRIPT_TYPES),
      })
      if (!created.ok) {
        expect(created.error.code).toBe('insufficient-funds')
        continue
      }
      const tx = verify(state, created.value)
      const least = (BigInt(virtualSize(tx)) * feeRate + 999n) / 1000n
      expect(created.value.fee).toBeGreaterThanOrEqual(least)
      // Signatures may come out a byte shorter; without change the excess is what a change output would have cost.
      const slack = (feeRate * BigInt(tx.inputs.length + 1)) / 1000n
      const excess = created.value.changeIndex === undefined ? (feeRate * 111n) / 1000n + 330n : 2n
      expect(created.value.fee - least).toBeLessThanOrEqual(slack + excess)
      expect(transactionWeight(tx)).toBeLessThanOrEqual(created.value.weight)
      expect(tx.inputs.every((input) => input.sequence === SEQUENCE_REPLACEABLE)).toBe(true)
      expect(tx.outputs.filter((next) => next.value === BigInt(amount))).toHaveLength(1)
      state.applyUnconfirmed(tx, 1)
      expect(state.balance().total).toBe(BigInt(values.reduce((a, b) => a + b, 0) - amount) - created.value.fee)
    }
  })

  test('of everything leaves nothing that is worth its fee', () => {
    const state = fundedState([100_000, 50, 200_000])
    const created = unwrap(createTransaction(state, { all: FOREIGN_SCRIPT, feeRate: 2000n, entropy }))
    const tx = verify(state, created)
    expect(tx.outputs).toHaveLength(1)
    expect(tx.outputs[0]!.value).toBe(300_000n - created.fee)
    state.applyUnconfirmed(tx, 1)
    expect(state.balance().total).toBe(50n)
    expect(code(createTransaction(state, { all: FOREIGN_SCRIPT, feeRate: 2000n, entropy }))).toBe('insufficient-funds')
  })

  test('is refused by name', () => {
    const state = fundedState([10_000])
    const pay = (value: number, feeRate = 1000n) =>
      createTransaction(state, { outputs: [output(value, FOREIGN_SCRIPT)], feeRate, entropy })
    expect(code(pay(293))).toBe('dust-output')
    expect(code(pay(-1))).toBe('amount-out-of-range')
    expect(code(pay(10_000))).toBe('insufficient-funds')
    expect(code(pay(5000, 10n ** 12n))).toBe('fee-rate-out-of-range')
    expect(code(createTransaction(state, { all: FOREIGN_SCRIPT, feeRate: -1n, entropy }))).toBe('fee-rate-out-of-range')
    expect(code(createTransaction(state, { outputs: [], feeRate: 1000n, entropy }))).toBe('no-outputs')
    expect(code(findCoins(state, ['ab:0']))).toBe('unknown-coin')
    const messages = [pay(293), pay(-1), pay(10_000), pay(1000, -1n), findCoins(state, ['ab:0'])].map((result) =>
      result.ok ? '' : describeFundingError(result.error),
    )
    expect(new Set(messages).size).toBe(5)
    expect(describeFundingError({ code: 'no-outputs' })).toBe('no outputs')
  })

  test('spends exactly the coins it is told to, locked or not, and leaves locked ones otherwise', () => {
    const state = fundedState([10_000, 20_000])
    const [small, large] = state.coins()
    state.setLocked(large!.outpoint, true)
    expect(state.coins().filter(isSpendable)).toHaveLength(1)
    const request = { outputs: [output(5000, FOREIGN_SCRIPT)], feeRate: 1000n, entropy }
    const spent = (funded: FundedTransaction): string[] =>
      funded.ownInputs.map(({ coin }) => outPointKey(coin.outpoint))
    expect(spent(unwrap(createTransaction(state, request)))).toEqual([outPointKey(small!.outpoint)])
    const coins = unwrap(findCoins(state, [outPointKey(large!.outpoint), outPointKey(large!.outpoint)]))
    expect(spent(unwrap(createTransaction(state, { ...request, coins })))).toEqual([outPointKey(large!.outpoint)])
  })

  test('uses up a change address only when it is meant', () => {
    const state = fundedState([50_000])
    const request = { outputs: [output(5000, FOREIGN_SCRIPT)], feeRate: 1000n, entropy }
    unwrap(createTransaction(state, { ...request, reserveChange: false }))
    expect(state.changeAddress().key.index).toBe(0)
    unwrap(createTransaction(state, request))
    expect(state.changeAddress().key.index).toBe(1)
  })
})

describe('funding for Lightning', () => {
  const foreignInput = (index: number) => ({
    prevout: { txid: new Uint8Array(32).fill(9) as Txid, index },
    scriptSig: new Uint8Array(0),
    sequence: SEQUENCE_FINAL,
    witness: [],
  })

  test('adds inputs and change behind a second-stage transaction, whose own places stay', () => {
    const state = fundedState([30_000, 40_000])
    const htlc: Transaction = {
      version: 2,
      inputs: [{ ...foreignInput(0), sequence: 1, witness: [new Uint8Array(73), new Uint8Array(136)] }],
      outputs: [output(12_000, FOREIGN_SCRIPT)],
      lockTime: 500,
    }
    const base = { tx: htlc, inputValue: 12_000n, witnessSize: 2 + 73 + 2 + 136 }
    const funded = unwrap(fundTransaction(state, base, { feeRate: 5000n, entropy }))
    const tx = verify(state, funded, new Map([[0, output(12_000, FOREIGN_SCRIPT)]]))
    expect(tx.inputs[0]).toEqual(htlc.inputs[0])
    expect(tx.outputs[0]).toEqual(htlc.outputs[0])
    expect(tx.lockTime).toBe(500)
    expect(funded.fee).toBeGreaterThanOrEqual((BigInt(virtualSize(tx)) * 5000n) / 1000n)
  })

  test('lets a child pay for its parent', () => {
    const state = fundedState([60_000, 70_000])
    const child: Transaction = { version: 2, inputs: [foreignInput(1)], outputs: [], lockTime: 0 }
    const parent = { weight: 1116, fee: 300n }
    const base = { tx: child, inputValue: 330n, witnessSize: 1 + 1 + 73 + 1 + 40, parent }
    const feeRate = 8000n
    const funded = unwrap(fundTransaction(state, base, { feeRate, entropy }))
    const tx = verify(state, funded, new Map([[0, output(330, createP2a())]]))
    expect(tx.outputs).toHaveLength(1)
    const packageSize = BigInt(Math.ceil((parent.weight + funded.weight) / 4))
    expect(parent.fee + funded.fee).toBeGreaterThanOrEqual((packageSize * feeRate) / 1000n)
    expect(parent.fee + funded.fee).toBeLessThan((packageSize * feeRate) / 1000n + feeRate)
  })

  test('a funding transaction has its output where its place says', () => {
    const state = fundedState([2_000_000])
    const script = new Uint8Array(34).fill(3)
    const funded = unwrap(
      createTransaction(state, {
        outputs: [{ value: sats(1_000_000), scriptPubKey: script }],
        feeRate: 1000n,
        entropy,
      }),
    )
    const tx = verify(state, funded)
    const index = tx.outputs.findIndex((next) => next.scriptPubKey === script)
    expect(index).toBe(1 - funded.changeIndex!)
    // Witnesses do not change the id that the channel commits to.
    expect(computeTxid(tx)).toEqual(computeTxid(funded.tx))
  })
})

test('a PSBT of a payment is updated, signed, finalized and extracted to a valid transaction', () => {
  const state = fundedState([50_000, 60_000, 70_000])
  const funded = unwrap(
    createTransaction(state, {
      outputs: [output(150_000, FOREIGN_SCRIPT)],
      feeRate: 1000n,
      entropy,
      changeType: 'p2tr',
    }),
  )
  const updated = updatePsbt(createPsbt(funded.tx), state)
  const { psbt, signed, refused } = signPsbt(updated, { state, keys, entropy })
  expect([signed, refused.size]).toEqual([funded.ownInputs.length, 0])
  const tx = unwrap(extractTransaction(finalizePsbt(psbt).psbt))
  const cache = new SighashCache(
    tx,
    tx.inputs.map((input) => state.outputOf(input.prevout)),
  )
  for (const inputIndex of tx.inputs.keys()) {
    expect(verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS }).ok).toBe(true)
  }
})

test('the lock time is at the tip, or now and then up to 99 below', () => {
  const times = Array.from({ length: 500 }, () => computeAntiFeeSnipingLockTime(1000, entropy))
  expect(Math.max(...times)).toBe(1000)
  expect(Math.min(...times)).toBeGreaterThan(900)
  const lower = times.filter((time) => time < 1000).length
  expect(lower).toBeGreaterThan(20)
  expect(lower).toBeLessThan(100)
  expect(computeAntiFeeSnipingLockTime(-1, entropy)).toBe(0)
})
