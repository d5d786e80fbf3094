import { err, ok, type Result } from '@ply/bytes'
import { outPointKey, sats, type Transaction, type TxOutput } from '@ply/primitives'
import { createCandidate } from '../coins/candidate.ts'
import { computeDustThreshold } from '../coins/dust.ts'
import { feeForTransaction } from '../coins/feeRate.ts'
import { shuffle } from '../coins/shuffle.ts'
import { unsignedWeight, SATISFACTION_WEIGHTS } from '../coins/weight.ts'
import { isSpendable } from '../state/coin.ts'
import type { WalletState } from '../state/walletState.ts'
import type { FundingError } from './fundingError.ts'
import {
  checkOutputs,
  coinInput,
  type FundedTransaction,
  type FundingOptions,
  fundTransaction,
  isFeeRate,
} from './fundTransaction.ts'
import { computeAntiFeeSnipingLockTime } from './lockTime.ts'

/** Outputs with their amounts, or one script that gets `all` the wallet can spend. */
export type PaymentTarget = { readonly outputs: readonly TxOutput[] } | { readonly all: Uint8Array }

export type PaymentRequest = PaymentTarget & FundingOptions

/**
 * An unsigned payment, version 2, open to replacement (BIP 125), locked to the tip against fee sniping. The order of
 * inputs and the place of the change are random.
 */
export function createTransaction(
  state: WalletState,
  request: PaymentRequest,
): Result<FundedTransaction, FundingError> {
  const lockTime = computeAntiFeeSnipingLockTime(state.height, request.entropy)
  const empty: Transaction = { version: 2, inputs: [], outputs: [], lockTime }
  if ('all' in request) return sweep(state, empty, request.all, request)
  if (request.outputs.length === 0) return err({ code: 'no-outputs' })
  const violation = checkOutputs(request.outputs)
  if (violation) return err(violation)
  return fundTransaction(state, { tx: { ...empty, outputs: request.outputs }, inputValue: 0n, witnessSize: 0 }, request)
}

/** Spends every coin that brings more than it costs into one output. */
function sweep(
  state: WalletState,
  empty: Transaction,
  scriptPubKey: Uint8Array,
  { feeRate, entropy, coins }: FundingOptions,
): Result<FundedTransaction, FundingError> {
  if (!isFeeRate(feeRate)) return err({ code: 'fee-rate-out-of-range' })
  const worthwhile = (coins ?? state.coins().filter(isSpendable)).filter(
    (coin) => createCandidate(coin, feeRate).effectiveValue > 0n,
  )
  const chosen = shuffle(worthwhile, entropy)
  const value = chosen.reduce((sum, coin) => sum + coin.output.value, 0n)
  const withValue = (amount: bigint): Transaction => ({
    ...empty,
    inputs: chosen.map(coinInput),
    outputs: [{ value: sats(amount), scriptPubKey }],
  })
  const witnessSize = chosen.reduce((sum, coin) => sum + SATISFACTION_WEIGHTS[coin.key.type], 0)
  const weight = unsignedWeight(withValue(0n), witnessSize)
  const fee = feeForTransaction(weight, feeRate)
  const least = computeDustThreshold(scriptPubKey)
  if (chosen.length === 0 || value < fee + least) {
    return err({ code: 'insufficient-funds', needed: fee + least, available: value })
  }
  const ownInputs = chosen.map((coin, index) => ({ index, coin }))
  return ok({ tx: withValue(value - fee), ownInputs, fee, weight, changeIndex: undefined })
}

/** The spendable coins at the given outpoints, locked ones too; violation `unknown-coin`. */
export function findCoins(
  state: WalletState,
  outpoints: readonly string[],
): Result<ReturnType<WalletState['coins']>, FundingError> {
  const coins = new Map(state.coins().map((coin) => [outPointKey(coin.outpoint), coin]))
  const found: ReturnType<WalletState['coins']> = []
  for (const outpoint of new Set(outpoints)) {
    const coin = coins.get(outpoint)
    if (!coin?.mature) return err({ code: 'unknown-coin', outpoint })
    found.push(coin)
  }
  return ok(found)
}
