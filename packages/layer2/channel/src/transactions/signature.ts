import { concatBytes } from '@ply/bytes'
import { ecdsaVerify, encodeDer, isLowS } from '@ply/crypto'
import type { Sats, Transaction } from '@ply/primitives'
import { computeSegwitV0Sighash, SighashCache } from '@ply/script'

/** The P2WSH (or P2WPKH) output that a signature spends. */
export interface SpentWitnessOutput {
  readonly value: Sats
  /** The witness script; for P2WPKH the script code of BIP 143. */
  readonly witnessScript: Uint8Array
}

/** BIP 143 hash of one input of a channel's transaction. */
export function computeInputSighash(
  transaction: Transaction,
  spent: SpentWitnessOutput,
  { inputIndex = 0, hashType = 1 }: { readonly inputIndex?: number; readonly hashType?: number } = {},
): Uint8Array {
  const spentOutputs: { value: Sats; scriptPubKey: Uint8Array }[] = []
  spentOutputs[inputIndex] = { value: spent.value, scriptPubKey: new Uint8Array(0) }
  const cache = new SighashCache(transaction, spentOutputs)
  return computeSegwitV0Sighash(cache, { inputIndex, scriptCode: spent.witnessScript, hashType })
}

/** True for a valid low-s signature: the only form that peers may send (BOLT 2). */
export const verifySignature = (hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean =>
  isLowS(signature) && ecdsaVerify(hash, signature, publicKey)

/** A compact signature as it stands in a witness: DER and the sighash byte. */
export const witnessSignature = (signature: Uint8Array, hashType = 1): Uint8Array =>
  concatBytes(encodeDer(signature), Uint8Array.of(hashType))
