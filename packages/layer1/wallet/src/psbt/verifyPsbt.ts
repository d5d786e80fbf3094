import { parseWitnessProgram, type Transaction } from '@ply/primitives'
import { STANDARD_SCRIPT_VERIFY_FLAGS, TransactionChecker, verifyScript } from '@ply/script'
import { INPUT } from './fieldType.ts'
import { finalWitness } from './finalizePsbt.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, psbtValue } from './psbtMap.ts'
import { psbtSighashCache } from './psbtSighashCache.ts'

export interface FinalScripts {
  readonly scriptSig: Uint8Array
  readonly witness: readonly Uint8Array[]
}

/** Final scripts of an input; empty where there are none. */
export const psbtFinalScripts = (map: PsbtMap): FinalScripts => ({
  scriptSig: psbtValue(map, INPUT.finalScriptSig) ?? new Uint8Array(0),
  witness: finalWitness(map) ?? [],
})

/** Tells of each input of a PSBT whether its final scripts spend its output. */
function createVerifier(psbt: Psbt): (index: number) => boolean {
  const { spent, cache } = psbtSighashCache(psbt)
  const isAllKnown = !spent.includes(undefined)
  return (index) => {
    const { scriptSig, witness } = psbtFinalScripts(psbt.inputs[index]!)
    const scriptPubKey = spent[index]?.scriptPubKey
    if (!scriptPubKey) return false
    // Taproot signs the outputs that all inputs spend: nothing to verify while one is not known.
    if (!isAllKnown && witness.length > 0 && parseWitnessProgram(scriptPubKey)?.version === 1) return false
    const checker = new TransactionChecker(cache, index)
    return verifyScript({ scriptSig, scriptPubKey, witness, flags: STANDARD_SCRIPT_VERIFY_FLAGS, checker }).ok
  }
}

/** True if the final scripts of an input spend its output. */
export const isPsbtInputVerified = (psbt: Psbt, index: number): boolean => createVerifier(psbt)(index)

/** True if the final scripts of all inputs do. */
export function isPsbtVerified(psbt: Psbt): boolean {
  const isVerified = createVerifier(psbt)
  return psbt.inputs.every((_, index) => isVerified(index))
}

/**
 * The transaction with the final scripts of all inputs. Of a PSBT that is verified: an input whose output anybody can
 * spend has no scripts at all, so that their absence says nothing.
 */
export const finalTransaction = ({ tx, inputs }: Psbt): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((input, index) => ({ ...input, ...psbtFinalScripts(inputs[index]!) })),
})
