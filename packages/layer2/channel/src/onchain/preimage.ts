import { equalBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { Spend } from './chainView.ts'

/** The preimage of a payment hash among those we know. */
export const findPreimage = (preimages: readonly Uint8Array[], paymentHash: Uint8Array): Uint8Array | undefined =>
  preimages.find((preimage) => equalBytes(sha256(preimage), paymentHash))

/** The preimage that a spend of an HTLC output shows in its witness (BOLT 5: a node must look for it). */
export function extractPreimage({ transaction, inputIndex }: Spend, paymentHash: Uint8Array): Uint8Array | undefined {
  return transaction.inputs[inputIndex]!.witness.find(
    (item) => item.length === 32 && equalBytes(sha256(item), paymentHash),
  )
}
