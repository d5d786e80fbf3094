import { decodeExact, decodeHex } from '@ply/bytes'
import { isCoinbase, readTransaction, type Transaction } from '@ply/primitives'
import { RPC_ERROR, RpcError } from '@ply/rpc'
import { hasValidOps, MAX_SCRIPT_SIZE } from '@ply/script'

const DECODE_FAILED = 'TX decode failed. Make sure the tx has at least one input.'

const isSane = (script: Uint8Array): boolean => script.length <= MAX_SCRIPT_SIZE && hasValidOps(script)

/** Whether the scripts look as if they were some. */
const hasSaneScripts = (tx: Transaction): boolean =>
  (isCoinbase(tx) || tx.inputs.every(({ scriptSig }) => isSane(scriptSig))) &&
  tx.outputs.every(({ scriptPubKey }) => isSane(scriptPubKey))

/**
 * A transaction in hexadecimal. Without inputs, one in the old form can look like one with witnesses (BIP 144): of the
 * forms that are tried (true: witnesses are allowed) the one with sane scripts counts, or else the first. Error -22.
 */
export function decodeTransactionForms(text: string, forms: readonly boolean[], message = DECODE_FAILED): Transaction {
  const bytes = decodeHex(text)
  const found = forms
    .map((withWitness) =>
      bytes.ok ? decodeExact(bytes.value, (reader) => readTransaction(reader, withWitness)) : bytes,
    )
    .flatMap((decoded) => (decoded.ok ? [decoded.value] : []))
  const chosen = found.find(hasSaneScripts) ?? found[0]
  if (!chosen) {
    throw new RpcError(RPC_ERROR.deserialization, message)
  }
  return chosen
}
