import { parseWitnessProgram } from '@ply/primitives'
import { SIGHASH_ANYONECANPAY } from '@ply/script'
import { INPUT } from './fieldType.ts'
import { type Psbt, psbtPrevout } from './psbt.ts'
import { psbtValue } from './psbtMap.ts'
import { psbtSighashType } from './signPsbt.ts'

/** True where an input's signature covers the amounts of all inputs: taproot's, unless others may join (BIP 341). */
function coversAmounts(psbt: Psbt, index: number): boolean {
  const map = psbt.inputs[index]!
  const spent = psbtValue(map, INPUT.witnessUtxo) && psbtPrevout(psbt, index)
  const version = spent && parseWitnessProgram(spent.scriptPubKey)?.version
  return version !== undefined && version > 0 && ((psbtSighashType(map) ?? 0) & SIGHASH_ANYONECANPAY) === 0
}

/** The PSBT without the previous transactions where no signature needs one: they only prove amounts (BIP 371). */
export function dropUnneededTransactions(psbt: Psbt): Psbt {
  if (!psbt.inputs.every((_, index) => coversAmounts(psbt, index))) return psbt
  return { ...psbt, inputs: psbt.inputs.map((map) => map.filter(({ type }) => type !== INPUT.nonWitnessUtxo)) }
}
