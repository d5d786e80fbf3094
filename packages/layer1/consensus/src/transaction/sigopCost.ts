import { isCoinbase, type Transaction, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import { countP2shSigops, countSigops, countWitnessSigops, SCRIPT_VERIFY_P2SH } from '@ply/script'
import type { Coin } from './coin.ts'

/** Signature operations that stand in the transaction's own scripts, whatever they spend. */
export function countLegacySigops(tx: Transaction): number {
  let count = 0
  for (const input of tx.inputs) count += countSigops(input.scriptSig, false)
  for (const output of tx.outputs) count += countSigops(output.scriptPubKey, false)
  return count
}

/**
 * BIP 141: four for each signature operation outside witnesses, one for each inside. `coins` are those that the inputs
 * spend, in order (none for a coinbase).
 */
export function computeSigopCost(tx: Transaction, coins: readonly Coin[], flags: number): number {
  let cost = countLegacySigops(tx) * WITNESS_SCALE_FACTOR
  if (isCoinbase(tx)) return cost
  tx.inputs.forEach(({ scriptSig, witness }, i) => {
    const { scriptPubKey } = coins[i]!.output
    if ((flags & SCRIPT_VERIFY_P2SH) !== 0) cost += countP2shSigops(scriptSig, scriptPubKey) * WITNESS_SCALE_FACTOR
    cost += countWitnessSigops({ scriptSig, scriptPubKey, witness, flags })
  })
  return cost
}
