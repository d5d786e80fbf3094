import type { Msats, Sats } from '@ply/primitives'
import type { CommitmentFormat } from '../parameters.ts'
import { computeHtlcFee } from './weights.ts'

/** What decides whether an HTLC gets an output: terms of the commitment's owner. */
interface TrimmingTerms {
  readonly format: CommitmentFormat
  readonly feeratePerKw: number
  readonly dustLimit: Sats
}

/** True if the HTLC gets no output: what its second stage would leave is below the owner's dust limit (BOLT 3). */
export function isTrimmed(
  { format, feeratePerKw, dustLimit }: TrimmingTerms,
  htlc: { readonly offeredByOwner: boolean; readonly amountMsat: Msats },
): boolean {
  const fee = computeHtlcFee(format, htlc.offeredByOwner ? 'timeout' : 'success', feeratePerKw)
  return htlc.amountMsat / 1000n - fee < dustLimit
}
