import { bytesToHex, equalBytes } from '@ply/bytes'
import { hash160, sha256 } from '@ply/crypto'
import { encodeTransaction, type TxOutput } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import { classifyOutput } from '@ply/script'
import {
  finalizePsbtInput,
  finalTransaction,
  isPsbtInputVerified,
  nonWitnessUtxo,
  type Psbt,
  PSBT_INPUT,
  type PsbtMap,
  psbtPrevout,
  psbtValue,
  setWitnessUtxo,
  updatePsbtInput,
} from '@ply/wallet'
import { writePsbt } from './psbtText.ts'

/** Whether an input's signatures go into its witness, as far as its fields tell. */
function signsWitness(map: PsbtMap, { scriptPubKey }: TxOutput): boolean {
  const outer = classifyOutput(scriptPubKey)
  if (outer.type === 'witness_v1_taproot') return true
  const redeemScript = psbtValue(map, PSBT_INPUT.redeemScript)
  const isNested = outer.type === 'scripthash' && redeemScript && equalBytes(hash160(redeemScript), outer.hash)
  const output = isNested ? classifyOutput(redeemScript) : outer
  if (output.type === 'witness_v0_keyhash') return true
  const witnessScript = psbtValue(map, PSBT_INPUT.witnessScript)
  if (output.type !== 'witness_v0_scripthash' || !witnessScript) return false
  return equalBytes(sha256(witnessScript), output.program)
}

/** Whether a signer can be sure of the amount: by the transaction before, or because segwit signs it. */
export function provesAmount(psbt: Psbt, index: number): boolean {
  const map = psbt.inputs[index]!
  const output = psbtPrevout(psbt, index)
  return nonWitnessUtxo(map) !== undefined || (output !== undefined && signsWitness(map, output))
}

/** The PSBT with what a segwit input spends beside the transaction that proves it. */
export function addWitnessUtxo(psbt: Psbt, index: number): Psbt {
  const map = psbt.inputs[index]!
  const output = psbtPrevout(psbt, index)
  if (!output || psbtValue(map, PSBT_INPUT.witnessUtxo) || !signsWitness(map, output)) return psbt
  return updatePsbtInput(psbt, index, (input) => setWitnessUtxo(input, output))
}

/** One input finalized, if it can be and then spends its output; else as it was. */
export function finalizeVerified(psbt: Psbt, index: number): { readonly psbt: Psbt; readonly complete: boolean } {
  if (isPsbtInputVerified(psbt, index)) return { psbt, complete: true }
  const prepared = addWitnessUtxo(psbt, index)
  const finalized = finalizePsbtInput(prepared, index)
  if (finalized.ok && isPsbtInputVerified(finalized.value, index)) return { psbt: finalized.value, complete: true }
  return { psbt: prepared, complete: false }
}

/** Finalizes what can be. */
export function finalizeInputs(psbt: Psbt): { readonly psbt: Psbt; readonly complete: boolean } {
  let [current, complete] = [psbt, true]
  for (const index of psbt.inputs.keys()) {
    const result = finalizeVerified(current, index)
    current = result.psbt
    complete &&= result.complete
  }
  return { psbt: current, complete }
}

/** The transaction of a PSBT that is complete, in hexadecimal. */
export const extractHex = (psbt: Psbt): string => bytesToHex(encodeTransaction(finalTransaction(psbt)))

/** `finalizepsbt`. */
export function finalizeJson(psbt: Psbt, extract: boolean): JsonOutput {
  const { psbt: finalized, complete } = finalizeInputs(psbt)
  return complete && extract ? { hex: extractHex(finalized), complete } : { psbt: writePsbt(finalized), complete }
}
