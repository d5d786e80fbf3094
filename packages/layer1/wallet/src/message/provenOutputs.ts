import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import type { Transaction, TxOutput } from '@ply/primitives'
import { nonWitnessUtxo, type Psbt, psbtPrevout } from '../psbt/psbt.ts'
import type { MessageViolation } from './messageViolation.ts'

/**
 * The outputs that a proof of funds spends, after the first input's. An input without witness needs the whole
 * transaction it spends, since nothing signs the amount; one that stands at an earlier input of the same transaction
 * will do (BIP 322). Violation `missing-utxo`.
 */
export function findProvenOutputs(psbt: Psbt, toSign: Transaction): Result<readonly TxOutput[], MessageViolation> {
  const transactions = new Map<string, Transaction>()
  const outputs: TxOutput[] = []
  for (const [inputIndex, { prevout, witness }] of toSign.inputs.entries()) {
    const txid = bytesToHex(prevout.txid)
    const previous = nonWitnessUtxo(psbt.inputs[inputIndex]!) ?? transactions.get(txid)
    if (previous && !transactions.has(txid)) transactions.set(txid, previous)
    if (inputIndex === 0) continue
    const whole = previous?.outputs[prevout.index]
    const output = whole ?? (witness.length > 0 ? psbtPrevout(psbt, inputIndex) : undefined)
    if (!output) return err({ code: 'missing-utxo', inputIndex })
    outputs.push(output)
  }
  return ok(outputs)
}
