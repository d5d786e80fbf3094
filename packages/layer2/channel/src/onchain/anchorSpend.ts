import type { Transaction } from '@ply/primitives'
import type { AnchorSpend } from '../effect.ts'
import type { ChannelSigner } from '../keys/signer.ts'
import { anchorScript } from '../transactions/scripts.ts'
import { computeInputSighash } from '../transactions/signature.ts'
import { singleSignatureWitness } from '../transactions/witness.ts'

/** Weight of the witness of an anchor input (with a 73-byte signature), for the wallet's fee calculation. */
export const ANCHOR_WITNESS_WEIGHT = 1 + 1 + 73 + 1 + 40

/**
 * The witness for a child transaction's input that spends our anchor. Every input and output of the child must stand:
 * the signature covers them all. The input's sequence may be any.
 */
export function createAnchorWitness(
  anchor: AnchorSpend,
  { transaction, inputIndex }: { readonly transaction: Transaction; readonly inputIndex: number },
  signer: ChannelSigner,
): readonly Uint8Array[] {
  const witnessScript = anchorScript(anchor.fundingPubkey)
  const hash = computeInputSighash(transaction, { value: anchor.output.value, witnessScript }, { inputIndex })
  return singleSignatureWitness(signer.sign(anchor.keysId, { role: 'funding' }, hash), [], witnessScript)
}
