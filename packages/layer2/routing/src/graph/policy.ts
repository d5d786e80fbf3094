import type { Msats } from '@ply/primitives'

const MILLION = 1_000_000n

/** What a node asks for forwarding over one of its channels (BOLT 7, HTLC Fees). */
export interface ForwardingTerms {
  readonly feeBaseMsat: number
  readonly feeProportionalMillionths: number
  readonly cltvExpiryDelta: number
  readonly htlcMinimumMsat: Msats
  readonly htlcMaximumMsat: Msats
}

/** The fee for passing on `amountMsat`, rounded down as BOLT 7 computes it. */
export function computeFee(
  amountMsat: bigint,
  { feeBaseMsat, feeProportionalMillionths }: Pick<ForwardingTerms, 'feeBaseMsat' | 'feeProportionalMillionths'>,
): bigint {
  return BigInt(feeBaseMsat) + (amountMsat * BigInt(feeProportionalMillionths)) / MILLION
}
