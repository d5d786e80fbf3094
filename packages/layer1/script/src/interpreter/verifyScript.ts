import { assert, equalBytes, err, ok, type Result } from '@ply/bytes'
import { parseWitnessProgram } from '@ply/primitives'
import { encodeDataPush } from '../encoding/push.ts'
import { isPushOnly } from '../encoding/script.ts'
import { isP2sh } from '../template/patterns.ts'
import { runScript } from './evalScript.ts'
import {
  isValidFlagCombination,
  SCRIPT_VERIFY_CLEANSTACK,
  SCRIPT_VERIFY_P2SH,
  SCRIPT_VERIFY_SIGPUSHONLY,
  SCRIPT_VERIFY_WITNESS,
} from './flags.ts'
import { castToBool, Machine, type ScriptContext } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import { verifyWitnessProgram } from './witnessProgram.ts'

/** A spend: what unlocks, what locks, under which rules, and who checks signatures. */
export interface VerifyScriptInput extends ScriptContext {
  readonly scriptSig: Uint8Array
  readonly scriptPubKey: Uint8Array
  readonly witness: readonly Uint8Array[]
}

/** How many values are on the stack after all, and whether a witness program was run. */
interface Outcome {
  readonly stackSize: number
  readonly hadWitness: boolean
}

const BASE = { sigVersion: 'base' } as const

/** Runs a script that must leave a true value on top. */
function runToTrue(stack: Uint8Array[], script: Uint8Array, context: ScriptContext): ScriptErrorCode | undefined {
  const violation = runScript(new Machine(stack, script, context, BASE))
  if (violation) return violation
  const top = stack[stack.length - 1]
  return top && castToBool(top) ? undefined : 'EVAL_FALSE'
}

/** BIP 16: the last value that the scriptSig pushed is a script, run over the others. */
function verifyRedeemScript(stack: Uint8Array[], input: VerifyScriptInput): Outcome | ScriptErrorCode {
  const { scriptSig, witness, flags } = input
  if (!isPushOnly(scriptSig)) return 'SIG_PUSHONLY'
  const redeemScript = stack.pop()
  assert(redeemScript !== undefined, 'a P2SH output compared a value that is not there')
  const violation = runToTrue(stack, redeemScript, input)
  if (violation) return violation
  const program = (flags & SCRIPT_VERIFY_WITNESS) !== 0 ? parseWitnessProgram(redeemScript) : undefined
  if (!program) return { stackSize: stack.length, hadWitness: false }
  if (!equalBytes(scriptSig, encodeDataPush(redeemScript))) return 'WITNESS_MALLEATED_P2SH'
  return verifyWitnessProgram(witness, program, input, true) ?? { stackSize: 1, hadWitness: true }
}

function runSpend(input: VerifyScriptInput): Outcome | ScriptErrorCode {
  const { scriptSig, scriptPubKey, witness, flags } = input
  const stack: Uint8Array[] = []
  const violation = scriptSig.length > 0 ? runScript(new Machine(stack, scriptSig, input, BASE)) : undefined
  if (violation) return violation
  const isP2shSpend = (flags & SCRIPT_VERIFY_P2SH) !== 0 && isP2sh(scriptPubKey)
  const pushed = isP2shSpend ? stack.slice() : stack
  // Run after each other on one stack, never joined: CVE-2010-5141.
  const failed = runToTrue(stack, scriptPubKey, input)
  if (failed) return failed
  if (isP2shSpend) return verifyRedeemScript(pushed, input)
  const program = (flags & SCRIPT_VERIFY_WITNESS) !== 0 ? parseWitnessProgram(scriptPubKey) : undefined
  if (!program) return { stackSize: stack.length, hadWitness: false }
  if (scriptSig.length !== 0) return 'WITNESS_MALLEATED'
  return verifyWitnessProgram(witness, program, input, false) ?? { stackSize: 1, hadWitness: true }
}

function findViolation(input: VerifyScriptInput): ScriptErrorCode | undefined {
  const { flags, scriptSig, witness } = input
  assert(isValidFlagCombination(flags), 'CLEANSTACK needs WITNESS, WITNESS needs P2SH')
  if ((flags & SCRIPT_VERIFY_SIGPUSHONLY) !== 0 && !isPushOnly(scriptSig)) return 'SIG_PUSHONLY'
  const outcome = runSpend(input)
  if (typeof outcome === 'string') return outcome
  if ((flags & SCRIPT_VERIFY_CLEANSTACK) !== 0 && outcome.stackSize !== 1) return 'CLEANSTACK'
  const unexpected = (flags & SCRIPT_VERIFY_WITNESS) !== 0 && !outcome.hadWitness && witness.length > 0
  return unexpected ? 'WITNESS_UNEXPECTED' : undefined
}

/**
 * The verdict on one input's scripts: scriptSig, then scriptPubKey, then redeem script (BIP 16) and witness program
 * (BIP 141, 341, 342) as the flags say. The violation is the code that Bitcoin Core would give.
 */
export function verifyScript(input: VerifyScriptInput): Result<void, ScriptErrorCode> {
  const violation = findViolation(input)
  return violation ? err(violation) : ok(undefined)
}
