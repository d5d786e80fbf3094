import { encodeDataPush } from '../encoding/push.ts'
import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import { VALIDATION_WEIGHT_PER_SIGOP_PASSED } from '../limits.ts'
import { OP_CHECKSIG } from '../opcode/opcodes.ts'
import { findAndDelete } from './findAndDelete.ts'
import {
  SCRIPT_VERIFY_CONST_SCRIPTCODE,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE,
  SCRIPT_VERIFY_NULLFAIL,
} from './flags.ts'
import type { Machine, OpHandler } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import { checkPublicKeyEncoding, checkSignatureEncoding } from './signatureEncoding.ts'

/**
 * Deletes a signature from the script code that it signs, before segwit only.
 * Answers SIG_FINDANDDELETE where that would change the script and policy forbids it.
 */
export function deleteSignature(
  machine: Machine,
  scriptCode: Uint8Array,
  signature: Uint8Array,
): Uint8Array | 'SIG_FINDANDDELETE' {
  if (machine.sigVersion !== 'base') return scriptCode
  const cleaned = findAndDelete(scriptCode, encodeDataPush(signature))
  const changed = cleaned !== scriptCode
  return changed && (machine.flags & SCRIPT_VERIFY_CONST_SCRIPTCODE) !== 0 ? 'SIG_FINDANDDELETE' : cleaned
}

/** ECDSA: true or false is the verdict on the signature, a code fails the script. */
function checkSigBeforeTapscript(
  machine: Machine,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean | ScriptErrorCode {
  const { flags, sigVersion, context } = machine
  const scriptCode = deleteSignature(machine, machine.scriptCode(), signature)
  if (scriptCode === 'SIG_FINDANDDELETE') return scriptCode
  const violation = checkSignatureEncoding(signature, flags) ?? checkPublicKeyEncoding(publicKey, flags, sigVersion)
  if (violation) return violation
  const good = context.checker.checkEcdsa({ signature, publicKey, scriptCode, sigVersion, deferrable: true })
  if (!good && (flags & SCRIPT_VERIFY_NULLFAIL) !== 0 && signature.length > 0) return 'SIG_NULLFAIL'
  return good
}

/** BIP 342: an empty signature is a no, any other must be good; every one that is not empty uses up weight. */
function checkSigTapscript(machine: Machine, signature: Uint8Array, publicKey: Uint8Array): boolean | ScriptErrorCode {
  const given = signature.length > 0
  if (given) {
    machine.validationWeightLeft -= VALIDATION_WEIGHT_PER_SIGOP_PASSED
    if (machine.validationWeightLeft < 0) return 'TAPSCRIPT_VALIDATION_WEIGHT'
  }
  if (publicKey.length === 0) return 'TAPSCRIPT_EMPTY_PUBKEY'
  if (publicKey.length === 32) {
    const violation = given && machine.context.checker.checkSchnorr(signature, publicKey, machine.taprootContext())
    if (violation) return violation
  } else if ((machine.flags & SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE) !== 0) {
    return 'DISCOURAGE_UPGRADABLE_PUBKEYTYPE'
  }
  return given
}

function evaluateCheckSig(machine: Machine, signature: Uint8Array, publicKey: Uint8Array): boolean | ScriptErrorCode {
  return machine.sigVersion === 'tapscript'
    ? checkSigTapscript(machine, signature, publicKey)
    : checkSigBeforeTapscript(machine, signature, publicKey)
}

/** CHECKSIG and CHECKSIGVERIFY. */
export const checkSig: OpHandler = (machine, opcode) => {
  if (machine.stack.length < 2) return 'INVALID_STACK_OPERATION'
  const verdict = evaluateCheckSig(machine, machine.peek(1), machine.peek(0))
  if (typeof verdict === 'string') return verdict
  machine.drop(2)
  if (opcode === OP_CHECKSIG) machine.pushBool(verdict)
  else if (!verdict) return 'CHECKSIGVERIFY'
  return undefined
}

/** CHECKSIGADD (BIP 342): adds one to a counter for a good signature. */
export const checkSigAdd: OpHandler = (machine) => {
  if (machine.sigVersion !== 'tapscript') return 'BAD_OPCODE'
  if (machine.stack.length < 3) return 'INVALID_STACK_OPERATION'
  const counter = machine.peekNumber(1)
  if (counter === undefined) return 'SCRIPTNUM'
  const verdict = evaluateCheckSig(machine, machine.peek(2), machine.peek(0))
  if (typeof verdict === 'string') return verdict
  machine.drop(3)
  machine.stack.push(encodeScriptNumber(counter + Number(verdict)))
  return undefined
}
