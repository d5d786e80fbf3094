import { ByteReader, bytesToHex, equalBytes } from '@ply/bytes'
import { hash160, sha256 } from '@ply/crypto'
import { encodeTransaction, parseWitnessProgram, type TxOutput } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import {
  classifyOutput,
  SighashCache,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  TransactionChecker,
  verifyScript,
} from '@ply/script'
import {
  extractTransaction,
  finalizePsbtInput,
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

/** Final scripts of an input; empty where there are none. */
export function finalScripts(map: PsbtMap): {
  readonly scriptSig: Uint8Array
  readonly witness: readonly Uint8Array[]
} {
  const encoded = psbtValue(map, PSBT_INPUT.finalScriptWitness)
  const reader = encoded && new ByteReader(encoded)
  return {
    scriptSig: psbtValue(map, PSBT_INPUT.finalScriptSig) ?? new Uint8Array(0),
    witness: reader ? Array.from({ length: reader.compactSize() }, () => reader.varBytes()) : [],
  }
}

/** True if the final scripts of an input spend its output. */
export function isInputVerified(psbt: Psbt, index: number): boolean {
  const spent = psbt.inputs.map((_, i) => psbtPrevout(psbt, i))
  const output = spent[index]
  if (!output) return false
  const { scriptSig, witness } = finalScripts(psbt.inputs[index]!)
  const { scriptPubKey } = output
  // Taproot signs the outputs that all inputs spend: nothing to verify while one is not known.
  if (isTaprootSpend(output, witness) && spent.includes(undefined)) return false
  const checker = new TransactionChecker(new SighashCache(psbt.tx, spent), index)
  return verifyScript({ scriptSig, scriptPubKey, witness, flags: STANDARD_SCRIPT_VERIFY_FLAGS, checker }).ok
}

const isTaprootSpend = ({ scriptPubKey }: TxOutput, witness: readonly Uint8Array[]): boolean =>
  parseWitnessProgram(scriptPubKey)?.version === 1 && witness.length > 0

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
  if (isInputVerified(psbt, index)) return { psbt, complete: true }
  const prepared = addWitnessUtxo(psbt, index)
  const finalized = finalizePsbtInput(prepared, index)
  if (finalized.ok && isInputVerified(finalized.value, index)) return { psbt: finalized.value, complete: true }
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
export function extractHex(psbt: Psbt): string | undefined {
  const tx = extractTransaction(psbt)
  return tx.ok ? bytesToHex(encodeTransaction(tx.value)) : undefined
}

/** `finalizepsbt`. */
export function finalizeJson(psbt: Psbt, extract: boolean): JsonOutput {
  const { psbt: finalized, complete } = finalizeInputs(psbt)
  return complete && extract ? { hex: extractHex(finalized), complete } : { psbt: writePsbt(finalized), complete }
}
