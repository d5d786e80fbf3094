import { type Json, type JsonObject, parseFixedPoint, RawNumber, RPC_ERROR, RpcError, expectString } from '@ply/rpc'
import type { PaymentOrder } from '@ply/wallet'
import { readAmount } from '@ply/layer1-node'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import { asInteger, member } from './options.ts'

const MAX_TARGET = 1008
const MODES = ['unset', 'economical', 'conservative']
const DUST_RATE = 3000n

/** What a caller said of the fee. Rates in satoshi per 1000 vbytes. */
export interface FeeWish {
  readonly feeRate?: bigint
  /** The rate counts as it is, also where it is lower than the node's own bounds. */
  readonly override?: boolean
  readonly confirmTarget?: number
  /** A little dearer, and surer. */
  readonly conservative?: boolean
}

/** Where a rate came from, in Bitcoin Core's words. */
export type FeeReason =
  'Fallback fee' | 'Half Target 60% Threshold' | 'Minimum Required Fee' | 'Mempool Min Fee' | 'PayTxFee set'

/** sat/vB with up to three decimals, as satoshi per 1000 vbytes. */
export function readFeeRate(value: Json): bigint {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof RawNumber)) {
    throw new RpcError(RPC_ERROR.type, 'Amount is not a number or string')
  }
  const rate = parseFixedPoint(String(value), 3)
  // As many digits as Bitcoin Core reads.
  if (rate === undefined || rate >= 10n ** 18n) throw new RpcError(RPC_ERROR.type, 'Invalid amount')
  if (rate < 0n || rate > 2_100_000_000_000_000n) throw new RpcError(RPC_ERROR.type, 'Amount out of range')
  return rate
}

/** The values of `conf_target`, `estimate_mode` and `fee_rate`, undefined where they are missing. */
export interface FeeValues {
  readonly confTarget: Json | undefined
  readonly estimateMode: Json | undefined
  readonly feeRate: Json | undefined
}

/** Bitcoin Core's `SetFeeEstimateMode`. */
export function readFeeWish({ confTarget, estimateMode, feeRate }: FeeValues, override: boolean): FeeWish {
  if (feeRate !== undefined) {
    if (confTarget !== undefined) {
      throw invalidParameter(
        'Cannot specify both conf_target and fee_rate. Please provide either a confirmation target in blocks for automatic fee estimation, or an explicit fee rate.',
      )
    }
    if (estimateMode !== undefined && expectString(estimateMode) !== 'unset') {
      throw invalidParameter('Cannot specify both estimate_mode and fee_rate')
    }
    return { feeRate: readFeeRate(feeRate), override }
  }
  if (estimateMode !== undefined && !MODES.includes(expectString(estimateMode).toLowerCase())) {
    throw invalidParameter(
      `Invalid estimate_mode parameter, must be one of: ${MODES.map((mode) => `"${mode}"`).join(', ')}`,
    )
  }
  const conservative = estimateMode !== undefined && expectString(estimateMode).toLowerCase() === 'conservative'
  if (confTarget === undefined) return { conservative }
  const target = asInteger(confTarget)
  if (target < 1 || target > MAX_TARGET) {
    throw invalidParameter(`Invalid conf_target, must be between 1 and ${MAX_TARGET}`)
  }
  return { confirmTarget: target, conservative }
}

/** The fee's values from an options object. */
export const feeValuesOf = (options: JsonObject): FeeValues => ({
  confTarget: member(options, 'conf_target'),
  estimateMode: member(options, 'estimate_mode'),
  feeRate: member(options, 'fee_rate'),
})

/** `feeRate` of the older methods: bitcoins per 1000 vbytes. */
export function readOldFeeRate(options: JsonObject): FeeWish | undefined {
  const value = member(options, 'feeRate')
  if (value === undefined) return undefined
  const { confTarget, estimateMode, feeRate } = feeValuesOf(options)
  if (feeRate !== undefined) {
    throw invalidParameter('Cannot specify both fee_rate (sat/vB) and feeRate (BTC/kvB)')
  }
  if (confTarget !== undefined) {
    throw invalidParameter(
      'Cannot specify both conf_target and feeRate. Please provide either a confirmation target in blocks for automatic fee estimation, or an explicit fee rate.',
    )
  }
  if (estimateMode !== undefined) throw invalidParameter('Cannot specify both estimate_mode and feeRate')
  return { feeRate: readAmount(value), override: true }
}

/** A rate as `1.234 sat/vB`. */
export const formatFeeRate = (rate: bigint): string => `${rate / 1000n}.${String(rate % 1000n).padStart(3, '0')} sat/vB`

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The least rate of the wallet and of the node's relay. */
export const requiredFeeRate = ({ options, node }: NodeWallet): bigint =>
  largest(options.minTxFee, node.mempool.mempool.options.minRelayFeeRate)

export const FEE_UNKNOWN = 'Fee estimation failed. Fallbackfee is disabled. Wait a few blocks or enable -fallbackfee.'

/** The rate that a payment is to have; error -4 where nobody can tell. */
export function readFeeRateOf(wallet: NodeWallet, wish: FeeWish): bigint {
  const chosen = chooseFeeRate(wallet, wish)
  if (!chosen) throw walletError(FEE_UNKNOWN)
  return chosen.feeRate
}

/** The rate that a payment is to have, and why; Bitcoin Core's `GetMinimumFeeRate`. Undefined where nobody can tell. */
export function chooseFeeRate(
  wallet: NodeWallet,
  wish: FeeWish,
): { readonly feeRate: bigint; readonly reason: FeeReason } | undefined {
  const required = requiredFeeRate(wallet)
  if (wish.feeRate !== undefined) {
    if (wish.override || wish.feeRate >= required) return { feeRate: wish.feeRate, reason: 'PayTxFee set' }
    return { feeRate: required, reason: 'Minimum Required Fee' }
  }
  const { mempool } = wallet.node
  const target = wish.confirmTarget ?? wallet.options.confirmTarget
  const estimated = mempool.estimator.estimateSmart(target, { conservative: wish.conservative ?? false }).feeRate
  const isFallback = estimated === undefined
  if (isFallback && wallet.options.fallbackFee === 0n) return undefined
  const wanted = estimated ?? wallet.options.fallbackFee
  const minimum = largest(mempool.minFeeRate(), required)
  if (wanted >= minimum) return { feeRate: wanted, reason: isFallback ? 'Fallback fee' : 'Half Target 60% Threshold' }
  return { feeRate: minimum, reason: minimum === required ? 'Minimum Required Fee' : 'Mempool Min Fee' }
}

/** What is wrong with a rate that is lower than the node's own bounds, in Bitcoin Core's words. */
export function checkFeeRate(wallet: NodeWallet, wish: FeeWish): string | undefined {
  const required = requiredFeeRate(wallet)
  if (wish.feeRate === undefined || wish.override || wish.feeRate >= required) return undefined
  const { options, node } = wallet
  const relay = node.mempool.mempool.options.minRelayFeeRate
  return (
    `Fee rate (${formatFeeRate(wish.feeRate)}) is lower than the minimum fee rate setting (${formatFeeRate(required)}).` +
    `\nConsider modifying -mintxfee (${formatFeeRate(options.minTxFee)}) or -minrelaytxfee (${formatFeeRate(relay)}).`
  )
}

/** What every payment of a wallet has in common: its rates and what the owner settled. */
export const paymentTerms = (
  { options, node }: NodeWallet,
  feeRate: bigint,
): Pick<PaymentOrder, 'rates' | 'habits' | 'entropy'> => ({
  rates: {
    feeRate,
    discardRate: largest(options.discardFee, DUST_RATE),
    dustRate: DUST_RATE,
    longTermRate: options.consolidateFeeRate,
    maxFee: options.maxTxFee,
  },
  habits: {
    addressType: options.addressType,
    wholeScripts: options.avoidPartialSpends,
    maxWholeScriptsFee: options.maxApsFee,
    spendUnconfirmed: options.spendZeroConfChange,
    rejectLongChains: options.rejectLongChains,
  },
  entropy: node.entropy,
})
