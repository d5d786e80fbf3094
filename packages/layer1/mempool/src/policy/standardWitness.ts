import { ok, type Result } from '@ply/bytes'
import { type Coin, invalidTx, type TxViolation } from '@ply/consensus'
import { parseWitnessProgram, type Transaction, type TxInput } from '@ply/primitives'
import { isP2a, isP2sh, TAPROOT_LEAF_MASK, TAPSCRIPT_LEAF_VERSION } from '@ply/script'
import {
  MAX_STANDARD_P2WSH_SCRIPT_SIZE,
  MAX_STANDARD_P2WSH_STACK_ITEM_SIZE,
  MAX_STANDARD_P2WSH_STACK_ITEMS,
  MAX_STANDARD_TAPSCRIPT_STACK_ITEM_SIZE,
} from './limits.ts'
import { findRedeemScript } from './redeemScript.ts'

const ANNEX_TAG = 0x50

/** Witnesses are within the limits, and stand only where they mean something. Violation `bad-witness-nonstandard`. */
export function checkStandardWitness(tx: Transaction, coins: readonly Coin[]): Result<undefined, TxViolation> {
  const standard = tx.inputs.every(
    (input, i) => input.witness.length === 0 || isStandardInput(input, coins[i]!.output.scriptPubKey),
  )
  return standard ? ok(undefined) : invalidTx('witness-mutated', 'bad-witness-nonstandard')
}

function isStandardInput({ scriptSig, witness }: TxInput, scriptPubKey: Uint8Array): boolean {
  if (isP2a(scriptPubKey)) return false
  const nested = isP2sh(scriptPubKey)
  const redeemScript = nested ? findRedeemScript(scriptSig) : ok(scriptPubKey)
  const program = redeemScript.ok ? parseWitnessProgram(redeemScript.value) : undefined
  if (!program) return false
  if (program.program.length !== 32) return true
  if (program.version === 0) return isStandardP2wsh(witness)
  return program.version !== 1 || nested || isStandardTaproot(witness)
}

function isStandardP2wsh(witness: readonly Uint8Array[]): boolean {
  const script = witness.at(-1)!
  const items = witness.slice(0, -1)
  return (
    script.length <= MAX_STANDARD_P2WSH_SCRIPT_SIZE &&
    items.length <= MAX_STANDARD_P2WSH_STACK_ITEMS &&
    items.every((item) => item.length <= MAX_STANDARD_P2WSH_STACK_ITEM_SIZE)
  )
}

/** No annex, and short stack items in a script path of the known leaf version. */
function isStandardTaproot(witness: readonly Uint8Array[]): boolean {
  if (witness.length < 2) return true
  const controlBlock = witness.at(-1)!
  const first = controlBlock[0]
  if (first === undefined || first === ANNEX_TAG) return false
  if ((first & TAPROOT_LEAF_MASK) !== TAPSCRIPT_LEAF_VERSION) return true
  return witness.slice(0, -2).every((item) => item.length <= MAX_STANDARD_TAPSCRIPT_STACK_ITEM_SIZE)
}

/**
 * True if an input spends a witness program other than an anchor: without a witness such a transaction fails, but it
 * may have been stripped on its way.
 */
export function spendsNonAnchorWitnessProgram(tx: Transaction, coins: readonly Coin[]): boolean {
  return tx.inputs.some(({ scriptSig }, i) => {
    const { scriptPubKey } = coins[i]!.output
    if (parseWitnessProgram(scriptPubKey)) return !isP2a(scriptPubKey)
    if (!isP2sh(scriptPubKey)) return false
    const redeemScript = findRedeemScript(scriptSig)
    return redeemScript.ok && parseWitnessProgram(redeemScript.value) !== undefined
  })
}
