import { err, ok, type Result } from '@ply/bytes'
import { isCoinbase, type Transaction, type Txid, type TxOutput, virtualSize } from '@ply/primitives'
import { type FeeRate, SAT_PER_VBYTE } from '../coins/feeRate.ts'
import { SATISFACTION_WEIGHTS } from '../coins/weight.ts'
import { CHANGE } from '../keys/scriptType.ts'
import type { Coin } from '../state/coin.ts'
import type { WalletState } from '../state/walletState.ts'
import type { FundingError } from './fundingError.ts'
import { type FundedTransaction, type FundingOptions, fundTransaction } from './fundTransaction.ts'

/** What nodes demand above the fee of what is replaced, for each vbyte of the replacement (BIP 125 rule 4). */
export const INCREMENTAL_RELAY_FEE_RATE: FeeRate = SAT_PER_VBYTE

/** Why a transaction is not replaced. */
export type BumpError =
  | FundingError
  | { readonly code: 'unknown-transaction' }
  | { readonly code: 'not-in-mempool' }
  | { readonly code: 'already-confirmed' }
  /** Somebody else must sign, too: only a child can pay for it. */
  | { readonly code: 'foreign-inputs' }
  /** What spends from it would be lost. */
  | { readonly code: 'has-descendants' }
  | { readonly code: 'no-such-output' }
  | { readonly code: 'fee-rate-too-low'; readonly least: FeeRate }

export interface BumpOptions extends Pick<FundingOptions, 'entropy' | 'reserveChange'> {
  /** The least that nodes accept, if not given. */
  readonly feeRate?: FeeRate
  /** An output that pays for the rise, for a transaction without change: what is paid gets less. */
  readonly reduceOutput?: number
}

/** A replacement (BIP 125), not signed yet. */
export interface BumpedTransaction extends FundedTransaction {
  readonly replaces: Txid
  readonly oldFee: bigint
}

interface Original {
  readonly tx: Transaction
  readonly coins: readonly Coin[]
  readonly fee: bigint
  /** The least fee rate at which nodes take a replacement. */
  readonly leastFeeRate: FeeRate
}

/** An unconfirmed transaction of the wallet alone; a violation of {@link BumpError} otherwise. */
export function findReplaceable(state: WalletState, txid: Txid): Result<Original, BumpError> {
  const record = state.recordOf(txid)
  if (!record) return err({ code: 'unknown-transaction' })
  if (record.confirmation || isCoinbase(record.tx)) return err({ code: 'already-confirmed' })
  if (record.status !== 'active') return err({ code: 'not-in-mempool' })
  const { tx } = record
  const coins = tx.inputs.map((input) => state.coinAt(input.prevout)).filter((coin) => coin !== undefined)
  if (coins.length < tx.inputs.length) return err({ code: 'foreign-inputs' })
  if (tx.outputs.some((_, index) => state.spenderOf({ txid, index }))) return err({ code: 'has-descendants' })
  const spent = coins.reduce((sum, coin) => sum + coin.output.value, 0n)
  const fee = spent - tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  const size = BigInt(virtualSize(tx))
  return ok({ tx, coins, fee, leastFeeRate: (fee * 1000n + size - 1n) / size + INCREMENTAL_RELAY_FEE_RATE })
}

/** The output that takes the rise: the one that is named, or the only change. */
function findChange(state: WalletState, tx: Transaction, named: number | undefined): number | undefined {
  if (named !== undefined) return named
  const own = tx.outputs.flatMap((output, index) =>
    state.addresses.find(output.scriptPubKey)?.chain === CHANGE ? [index] : [],
  )
  return own.length === 1 ? own[0] : undefined
}

/** Puts an output where it was before, so that the replacement tells no more than the original. */
function moveOutput(outputs: readonly TxOutput[], from: number, to: number): readonly TxOutput[] {
  const moved = outputs[from]!
  return outputs.toSpliced(from, 1).toSpliced(to, 0, moved)
}

/**
 * A replacement at a higher fee: the same inputs and payments, less change. Confirmed coins are added where the change
 * does not suffice. Nodes demand the old fee, one satoshi per vbyte more, and a higher rate (BIP 125 rules 3, 4).
 */
export function bumpFee(state: WalletState, txid: Txid, options: BumpOptions): Result<BumpedTransaction, BumpError> {
  const original = findReplaceable(state, txid)
  if (!original.ok) return original
  const { tx, coins, fee: oldFee, leastFeeRate } = original.value
  const feeRate = options.feeRate ?? leastFeeRate
  if (feeRate < leastFeeRate) return err({ code: 'fee-rate-too-low', least: leastFeeRate })
  const change = findChange(state, tx, options.reduceOutput)
  const changeOutput = change === undefined ? undefined : tx.outputs[change]
  if (change !== undefined && !changeOutput) return err({ code: 'no-such-output' })

  const unsigned: Transaction = {
    ...tx,
    inputs: tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(0), witness: [] })),
    outputs: changeOutput ? tx.outputs.toSpliced(change!, 1) : tx.outputs,
  }
  const funded = fundTransaction(
    state,
    {
      tx: unsigned,
      inputValue: coins.reduce((sum, coin) => sum + coin.output.value, 0n),
      witnessSize: coins.reduce((sum, coin) => sum + SATISFACTION_WEIGHTS[coin.key.type], 0),
    },
    {
      feeRate,
      entropy: options.entropy,
      // A coin that is not confirmed could fail with what it comes from.
      coins: options.reduceOutput === undefined ? confirmedCoins(state) : [],
      ...(changeOutput && {
        changeOutput: {
          scriptPubKey: changeOutput.scriptPubKey,
          type: state.addresses.find(changeOutput.scriptPubKey)?.type ?? 'p2wpkh',
        },
      }),
      ...(options.reserveChange !== undefined && { reserveChange: options.reserveChange }),
    },
  )
  if (!funded.ok) return funded
  const { changeIndex } = funded.value
  if (options.reduceOutput !== undefined && changeIndex === undefined) {
    return err({ code: 'insufficient-funds', needed: funded.value.fee, available: changeOutput!.value })
  }
  const least = oldFee + BigInt(Math.ceil(funded.value.weight / 4)) * (INCREMENTAL_RELAY_FEE_RATE / 1000n)
  if (funded.value.fee < least) return err({ code: 'fee-rate-too-low', least: leastFeeRate })
  const back = changeIndex !== undefined && change !== undefined
  return ok({
    ...funded.value,
    tx: back
      ? { ...funded.value.tx, outputs: moveOutput(funded.value.tx.outputs, changeIndex, change) }
      : funded.value.tx,
    changeIndex: back ? change : changeIndex,
    ownInputs: [...coins.map((coin, index) => ({ index, coin })), ...funded.value.ownInputs],
    replaces: txid,
    oldFee,
  })
}

const confirmedCoins = (state: WalletState): readonly Coin[] =>
  state.coins().filter((coin) => coin.height !== undefined && coin.mature && !coin.locked)

/** A sentence for people, for what only a replacement can run into. */
export function describeBumpError(error: Exclude<BumpError, FundingError>): string {
  switch (error.code) {
    case 'unknown-transaction':
      return 'no transaction of this wallet'
    case 'not-in-mempool':
      return 'the transaction is not in the mempool any more'
    case 'already-confirmed':
      return 'the transaction is in the chain already'
    case 'foreign-inputs':
      return 'the transaction has inputs of others, who would have to sign a replacement'
    case 'has-descendants':
      return 'another transaction spends from it already and would be lost'
    case 'no-such-output':
      return 'the transaction has no such output'
    case 'fee-rate-too-low':
      return `a replacement must pay at least ${formatRate(error.least)} sat/vB`
  }
}

const formatRate = (rate: FeeRate): string => (Number(rate) / 1000).toFixed(3).replace(/\.?0+$/, '')
