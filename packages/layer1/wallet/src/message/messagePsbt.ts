import { ok, type Result, utf8ToBytes } from '@ply/bytes'
import { parseWitnessProgram } from '@ply/primitives'
import { extractTransaction } from '../psbt/finalizePsbt.ts'
import { createPsbt, type Psbt } from '../psbt/psbt.ts'
import { setPsbtValue } from '../psbt/psbtMap.ts'
import { setNonWitnessUtxo, setWitnessUtxo, updatePsbtInput } from '../psbt/updatePsbt.ts'
import { encodeMessageSignature } from './messageSignature.ts'
import { createToSign, createToSpend, type ToSignOptions } from './virtualTransactions.ts'

/** BIP 322: tells signers that the PSBT signs a message, and which. */
export const PSBT_GLOBAL_GENERIC_SIGNED_MESSAGE = 0x09

/**
 * BIP 322's PSBT Creator, for scripts that take several signers or a witness script. The inputs of a proof of funds
 * still need their UTXOs.
 */
export function createMessagePsbt(
  { scriptPubKey, message }: { readonly scriptPubKey: Uint8Array; readonly message: string },
  options: ToSignOptions = {},
): Psbt {
  const toSpend = createToSpend(scriptPubKey, message)
  const psbt = createPsbt(createToSign(toSpend, options))
  const global = setPsbtValue(psbt.global, PSBT_GLOBAL_GENERIC_SIGNED_MESSAGE, utf8ToBytes(message))
  return updatePsbtInput({ ...psbt, global }, 0, (map) =>
    parseWitnessProgram(scriptPubKey) ? setWitnessUtxo(map, toSpend.outputs[0]!) : setNonWitnessUtxo(map, toSpend),
  )
}

/** BIP 322: the signature of a finalized PSBT in the shortest format that holds it; violation `psbt-not-final`. */
export function encodeMessagePsbt(psbt: Psbt): Result<string, 'psbt-not-final'> {
  const signed = extractTransaction(psbt)
  if (!signed.ok) return signed
  const toSign = signed.value
  const [first, ...others] = toSign.inputs
  if (!first || others.length > 0) return ok(encodeMessageSignature({ format: 'full-pof', psbt }))
  const isPlain = toSign.version === 0 && toSign.lockTime === 0 && first.sequence === 0 && first.scriptSig.length === 0
  return ok(encodeMessageSignature(isPlain ? { format: 'simple', witness: first.witness } : { format: 'full', toSign }))
}
