import { type Sats, sats } from '@ply/primitives'
import type { CommitmentFormat } from '../parameters.ts'

// BOLT 3, fee calculation: expected weights, from which both sides compute the same fees.

interface Weights {
  readonly commitment: number
  readonly perHtlcOutput: number
  readonly htlcTimeout: number
  readonly htlcSuccess: number
}

export const WEIGHTS: Readonly<Record<CommitmentFormat, Weights>> = {
  static_remotekey: { commitment: 724, perHtlcOutput: 172, htlcTimeout: 663, htlcSuccess: 703 },
  anchors: { commitment: 1124, perHtlcOutput: 172, htlcTimeout: 666, htlcSuccess: 706 },
}

/** Value of each anchor output. */
export const ANCHOR_SATOSHIS = sats(330)

/** Fee in satoshi of a weight at a feerate per 1000 weight, rounded down. */
export const computeFee = (feeratePerKw: number, weight: number): Sats =>
  sats((BigInt(feeratePerKw) * BigInt(weight)) / 1000n)

/** Base fee of a commitment transaction with that many untrimmed HTLCs. */
export const computeCommitmentFee = (format: CommitmentFormat, feeratePerKw: number, htlcOutputs: number): Sats =>
  computeFee(feeratePerKw, WEIGHTS[format].commitment + WEIGHTS[format].perHtlcOutput * htlcOutputs)

/** Fee and anchors that the opener pays for a commitment transaction. */
export const computeOpenerCost = (format: CommitmentFormat, feeratePerKw: number, htlcOutputs: number): Sats =>
  sats(computeCommitmentFee(format, feeratePerKw, htlcOutputs) + (format === 'anchors' ? 2n * ANCHOR_SATOSHIS : 0n))

/** Fee of a second-stage transaction: none with anchors, where it brings its own. */
export function computeHtlcFee(format: CommitmentFormat, kind: 'timeout' | 'success', feeratePerKw: number): Sats {
  if (format === 'anchors') return sats(0)
  return computeFee(feeratePerKw, kind === 'timeout' ? WEIGHTS[format].htlcTimeout : WEIGHTS[format].htlcSuccess)
}
