import { MAX_OPS_PER_SCRIPT, MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import { OP_CHECKMULTISIG } from '../opcode/opcodes.ts'
import { deleteSignature } from './checkSig.ts'
import { SCRIPT_VERIFY_NULLDUMMY, SCRIPT_VERIFY_NULLFAIL } from './flags.ts'
import type { Machine, OpHandler } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import { checkPublicKeyEncoding, checkSignatureEncoding } from './signatureEncoding.ts'

/** Where the arguments lie, counted down from the top of the stack: `n key… m sig… dummy`, keys and sigs last first. */
interface Arguments {
  readonly keyCount: number
  readonly sigCount: number
  /** Depth of the first signature to look at. */
  readonly sigDepth: number
}

function readArguments(machine: Machine): Arguments | ScriptErrorCode {
  const { stack } = machine
  if (stack.length < 1) return 'INVALID_STACK_OPERATION'
  const keyCount = machine.peekNumber(0)
  if (keyCount === undefined) return 'SCRIPTNUM'
  if (keyCount < 0 || keyCount > MAX_PUBKEYS_PER_MULTISIG) return 'PUBKEY_COUNT'
  machine.opCount += keyCount
  if (machine.opCount > MAX_OPS_PER_SCRIPT) return 'OP_COUNT'
  if (stack.length < keyCount + 2) return 'INVALID_STACK_OPERATION'
  const sigCount = machine.peekNumber(keyCount + 1)
  if (sigCount === undefined) return 'SCRIPTNUM'
  if (sigCount < 0 || sigCount > keyCount) return 'SIG_COUNT'
  if (stack.length < keyCount + sigCount + 3) return 'INVALID_STACK_OPERATION'
  return { keyCount, sigCount, sigDepth: keyCount + 2 }
}

/** Tries keys and signatures in order, each key once; a code fails the script. */
function matchSignatures(machine: Machine, { keyCount, sigCount, sigDepth }: Arguments): boolean | ScriptErrorCode {
  const { flags, sigVersion, context } = machine
  let scriptCode = machine.scriptCode()
  for (let i = 0; i < sigCount; i++) {
    const cleaned = deleteSignature(machine, scriptCode, machine.peek(sigDepth + i))
    if (cleaned === 'SIG_FINDANDDELETE') return cleaned
    scriptCode = cleaned
  }
  // With as many signatures as keys no check may fail, so that all of them can wait; otherwise the next key to try
  // depends on each verdict.
  const deferrable = sigCount === keyCount
  let sigsLeft = sigCount
  let keysLeft = keyCount
  while (sigsLeft > 0) {
    const signature = machine.peek(sigDepth + sigCount - sigsLeft)
    const publicKey = machine.peek(1 + keyCount - keysLeft)
    const violation = checkSignatureEncoding(signature, flags) ?? checkPublicKeyEncoding(publicKey, flags, sigVersion)
    if (violation) return violation
    if (context.checker.checkEcdsa({ signature, publicKey, scriptCode, sigVersion, deferrable })) sigsLeft--
    keysLeft--
    if (sigsLeft > keysLeft) return false
  }
  return true
}

/** CHECKMULTISIG and CHECKMULTISIGVERIFY, with the dummy value that the first version dropped by mistake. */
export const checkMultiSig: OpHandler = (machine, opcode) => {
  if (machine.sigVersion === 'tapscript') return 'TAPSCRIPT_CHECKMULTISIG'
  const args = readArguments(machine)
  if (typeof args === 'string') return args
  const verdict = matchSignatures(machine, args)
  if (typeof verdict === 'string') return verdict
  const { keyCount, sigCount, sigDepth } = args
  if (!verdict && (machine.flags & SCRIPT_VERIFY_NULLFAIL) !== 0) {
    for (let i = 0; i < sigCount; i++) if (machine.peek(sigDepth + i).length > 0) return 'SIG_NULLFAIL'
  }
  const dummy = machine.peek(sigDepth + sigCount)
  if ((machine.flags & SCRIPT_VERIFY_NULLDUMMY) !== 0 && dummy.length > 0) return 'SIG_NULLDUMMY'
  machine.drop(keyCount + sigCount + 3)
  if (opcode === OP_CHECKMULTISIG) machine.pushBool(verdict)
  else if (!verdict) return 'CHECKMULTISIGVERIFY'
  return undefined
}
