import { ok, type Result } from '@ply/bytes'
import { type Coin, invalidTx, type TxViolation } from '@ply/consensus'
import type { Transaction } from '@ply/primitives'
import { classifyOutput, countP2shSigops, countSigops } from '@ply/script'
import { MAX_P2SH_SIGOPS, MAX_TX_LEGACY_SIGOPS } from './limits.ts'
import { findRedeemScript } from './redeemScript.ts'

const nonstandard = (message: string) => invalidTx('inputs-not-standard', 'bad-txns-nonstandard-inputs', message)

/** BIP 54: the signature operations that run outside the witness, those of the spent scripts included. */
function exceedsLegacySigops(tx: Transaction, coins: readonly Coin[]): boolean {
  let sigops = 0
  return tx.inputs.some(({ scriptSig }, i) => {
    const { scriptPubKey } = coins[i]!.output
    sigops += countSigops(scriptSig, true) + countSigops(scriptPubKey, true) + countP2shSigops(scriptSig, scriptPubKey)
    return sigops > MAX_TX_LEGACY_SIGOPS
  })
}

/**
 * What is spent is of a known kind and cheap to check; the witness is not looked at. `coins` are those spent, in
 * order. Violation `bad-txns-nonstandard-inputs`.
 */
export function checkStandardInputs(tx: Transaction, coins: readonly Coin[]): Result<undefined, TxViolation> {
  if (exceedsLegacySigops(tx, coins)) return nonstandard('non-witness sigops exceed bip54 limit')
  for (let i = 0; i < tx.inputs.length; i++) {
    const verdict = checkInput(tx.inputs[i]!.scriptSig, coins[i]!.output.scriptPubKey, i)
    if (!verdict.ok) return verdict
  }
  return ok(undefined)
}

function checkInput(scriptSig: Uint8Array, scriptPubKey: Uint8Array, i: number): Result<undefined, TxViolation> {
  const { type } = classifyOutput(scriptPubKey)
  if (type === 'nonstandard') return nonstandard(`input ${i} script unknown`)
  if (type === 'witness_unknown') return nonstandard(`input ${i} witness program is undefined`)
  if (type !== 'scripthash') return ok(undefined)
  const redeemScript = findRedeemScript(scriptSig)
  if (!redeemScript.ok) {
    return redeemScript.error === 'missing'
      ? nonstandard(`input ${i} P2SH redeemscript missing`)
      : nonstandard(`p2sh scriptsig malformed (input ${i}: ${redeemScript.error.malformed})`)
  }
  const sigops = countSigops(redeemScript.value, true)
  return sigops > MAX_P2SH_SIGOPS
    ? nonstandard(`p2sh redeemscript sigops exceed limit (input ${i}: ${sigops} > ${MAX_P2SH_SIGOPS})`)
    : ok(undefined)
}
