import { hash160, hash256, ripemd160, sha1, sha256 } from '@ply/crypto'
import * as op from '../opcode/opcodes.ts'
import { checkMultiSig } from './checkMultiSig.ts'
import { checkSig, checkSigAdd } from './checkSig.ts'
import type { OpHandler, OpTable } from './machine.ts'

const hash =
  (compute: (data: Uint8Array) => Uint8Array): OpHandler =>
  (machine) => {
    if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
    machine.stack[machine.stack.length - 1] = compute(machine.peek(0))
    return undefined
  }

const codeSeparator: OpHandler = (machine) => {
  machine.codeStart = machine.reader.position
  machine.codeSeparatorPosition = machine.operationIndex
  return undefined
}

/** Hashes and signature checks. */
export const CRYPTO_OPS: OpTable = new Map<number, OpHandler>([
  [op.OP_RIPEMD160, hash(ripemd160)],
  [op.OP_SHA1, hash(sha1)],
  [op.OP_SHA256, hash(sha256)],
  [op.OP_HASH160, hash(hash160)],
  [op.OP_HASH256, hash(hash256)],
  [op.OP_CODESEPARATOR, codeSeparator],
  [op.OP_CHECKSIG, checkSig],
  [op.OP_CHECKSIGVERIFY, checkSig],
  [op.OP_CHECKSIGADD, checkSigAdd],
  [op.OP_CHECKMULTISIG, checkMultiSig],
  [op.OP_CHECKMULTISIGVERIFY, checkMultiSig],
])
