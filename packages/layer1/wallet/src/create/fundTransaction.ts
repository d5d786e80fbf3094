import { err, ok, type Result } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import {
  isMoneyRange,
  outPointKey,
  sats,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import { computeDustThreshold } from '../coins/dust.ts'
import { type FeeRate, feeForTransaction, feeForWeight } from '../coins/feeRate.ts'
import { selectCoins } from '../coins/selectCoins.ts'
import { randomBelow, shuffle } from '../coins/shuffle.ts'
import { inputWeight, outputWeight, unsignedWeight, SATISFACTION_WEIGHTS } from '../coins/weight.ts'
import type { ScriptType } from '../keys/scriptType.ts'
import { type Coin, isSpendable } from '../state/coin.ts'
import type { WalletState } from '../state/walletState.ts'
import type { FundingError } from './fundingError.ts'

/** A transaction whose wallet inputs are known and not yet signed. */
export interface FundedTransaction {
  readonly tx: Transaction
  /** The wallet's inputs, by their place in `tx`. */
  readonly ownInputs: readonly { readonly index: number; readonly coin: Coin }[]
  readonly fee: bigint
  /** Weight with all witnesses in place. */
  readonly weight: number
  readonly changeIndex: number | undefined
}

/** Inputs that a transaction to be funded has already, and what else its fee must cover. */
export interface FundingBase {
  /** Its inputs and outputs keep their places; what is added comes behind them. */
  readonly tx: Transaction
  /** Sum of the outputs that its inputs spend. */
  readonly inputValue: bigint
  /** Bytes that its inputs' witnesses will have together, item counts included; bytes of scriptSigs four times. */
  readonly witnessSize: number
  /** An unconfirmed parent that the child pays for (CPFP): both together reach the fee rate. */
  readonly parent?: { readonly weight: number; readonly fee: bigint }
}

export interface FundingOptions {
  readonly feeRate: FeeRate
  readonly entropy: Entropy
  /** Script type of the change output; P2WPKH if not given. */
  readonly changeType?: ScriptType
  /** Exactly these coins to choose among; locked ones may be named. */
  readonly coins?: readonly Coin[]
  /** Where change goes instead of a fresh address: an output that is there already and gets smaller or larger. */
  readonly changeOutput?: { readonly scriptPubKey: Uint8Array; readonly type: ScriptType }
  /** False for a trial: no change address is used up. */
  readonly reserveChange?: boolean
}

/** 1 BTC per 1000 vbytes: nobody means more. */
const MAX_FEE_RATE: FeeRate = 100_000_000n

export function checkOutputs(outputs: readonly TxOutput[]): FundingError | undefined {
  for (const [index, output] of outputs.entries()) {
    if (!isMoneyRange(output.value)) return { code: 'amount-out-of-range', index }
    const least = computeDustThreshold(output.scriptPubKey)
    if (output.value < least) return { code: 'dust-output', index, least }
  }
  return isMoneyRange(outputs.reduce((sum, output) => sum + output.value, 0n))
    ? undefined
    : { code: 'amount-out-of-range', index: outputs.length - 1 }
}

export const isFeeRate = (feeRate: FeeRate): boolean => feeRate >= 0n && feeRate <= MAX_FEE_RATE

/** An input for a coin, unsigned and open to replacement (BIP 125). */
export const coinInput = (coin: Coin): TxInput => ({
  prevout: coin.outpoint,
  scriptSig: new Uint8Array(0),
  sequence: SEQUENCE_REPLACEABLE,
  witness: [],
})

/** Room for input and output counts that grow over one byte. */
const countSlack = (coins: number, outputs: number): number => (coins > 250 ? 8 : 0) + (outputs > 251 ? 8 : 0)

/**
 * Adds inputs of the wallet, and change where it pays, until the transaction reaches the fee rate. A payment is an
 * empty transaction with outputs; a Lightning child or second-stage transaction brings inputs of its own.
 */
export function fundTransaction(
  state: WalletState,
  base: FundingBase,
  options: FundingOptions,
): Result<FundedTransaction, FundingError> {
  const { feeRate, entropy, changeOutput } = options
  if (!isFeeRate(feeRate)) return err({ code: 'fee-rate-out-of-range' })
  const changeType = changeOutput?.type ?? options.changeType ?? 'p2wpkh'
  const changeAddress = changeOutput ? undefined : state.changeAddress(changeType)
  const changeScript = changeOutput?.scriptPubKey ?? changeAddress!.scriptPubKey
  const coins = options.coins ?? state.coins().filter(isSpendable)
  const already = new Set(base.tx.inputs.map((input) => outPointKey(input.prevout)))
  const usable = coins.filter((coin) => !already.has(outPointKey(coin.outpoint)))

  const { parent } = base
  const parentShortfall = parent ? feeForWeight(parent.weight, feeRate) - parent.fee : 0n
  const extraFee = parentShortfall > 0n ? parentShortfall : 0n
  const baseWeight = unsignedWeight(base.tx, base.witnessSize) + countSlack(usable.length, base.tx.outputs.length)
  const outputValue = base.tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  const changeFee = feeForWeight(outputWeight(changeScript), feeRate)
  const changeSpendFee = feeForWeight(inputWeight(changeType), feeRate)
  const dust = computeDustThreshold(changeScript)
  const target = outputValue + feeForWeight(baseWeight, feeRate) + extraFee + 1n - base.inputValue
  const selected = selectCoins({
    coins: usable,
    target,
    feeRate,
    changeFee,
    changeSpendFee,
    minChange: dust > changeSpendFee ? dust : changeSpendFee,
    entropy,
  })
  if (!selected) {
    const available = usable.reduce((sum, coin) => sum + coin.output.value, 0n)
    return err({ code: 'insufficient-funds', needed: target, available })
  }

  // With inputs of others, a signature may hold input i to output i: then everything keeps its place.
  const keepPlaces = base.tx.inputs.length > 0
  const added = keepPlaces ? selected : shuffle(selected, entropy)
  const inputs = [...base.tx.inputs, ...added.map(coinInput)]
  const witnessSize = added.reduce((sum, coin) => sum + SATISFACTION_WEIGHTS[coin.key.type], base.witnessSize)
  const inputValue = added.reduce((sum, coin) => sum + coin.output.value, base.inputValue)
  const place = keepPlaces ? base.tx.outputs.length : randomBelow(entropy, base.tx.outputs.length + 1)
  const withChange = (value: bigint): Transaction => ({
    ...base.tx,
    inputs,
    outputs: base.tx.outputs.toSpliced(place, 0, { value: sats(value), scriptPubKey: changeScript }),
  })

  const bare: Transaction = { ...base.tx, inputs }
  const changeWeight = unsignedWeight(withChange(0n), witnessSize)
  const change = inputValue - outputValue - feeForTransaction(changeWeight, feeRate) - extraFee
  const ownInputs = added.map((coin, i) => ({ index: base.tx.inputs.length + i, coin }))
  if (change >= dust && change > changeSpendFee) {
    if (changeAddress && options.reserveChange !== false) state.addresses.markIssued(changeAddress.key)
    const fee = inputValue - outputValue - change
    return ok({ tx: withChange(change), ownInputs, fee, weight: changeWeight, changeIndex: place })
  }
  const weight = unsignedWeight(bare, witnessSize)
  return ok({ tx: bare, ownInputs, fee: inputValue - outputValue, weight, changeIndex: undefined })
}
