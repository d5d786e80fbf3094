import { compactSizeLength, equalBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { WitnessProgram } from '@ply/primitives'
import { ScriptReader } from '../encoding/scriptReader.ts'
import { ANNEX_TAG, MAX_SCRIPT_ELEMENT_SIZE, MAX_STACK_SIZE, VALIDATION_WEIGHT_OFFSET } from '../limits.ts'
import { isOpSuccess } from '../opcode/opSuccess.ts'
import { computeAnnexHash, NO_CODE_SEPARATOR } from '../sighash/taprootSighash.ts'
import { isControlBlockSize, verifyTaprootCommitment } from '../taproot/commitment.ts'
import { computeTapleafHash, TAPROOT_LEAF_MASK, TAPSCRIPT_LEAF_VERSION } from '../taproot/hashes.ts'
import { createP2pkh } from '../template/templates.ts'
import { runScript } from './evalScript.ts'
import {
  SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM,
  SCRIPT_VERIFY_TAPROOT,
} from './flags.ts'
import { castToBool, Machine, type ScriptContext, type TapscriptContext } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'

type Witness = readonly Uint8Array[]

/** Runs a witness script over the witness that is left; it must leave exactly one true value. */
function executeWitnessScript(
  witness: Witness,
  script: Uint8Array,
  context: ScriptContext,
  tapscript?: TapscriptContext,
): ScriptErrorCode | undefined {
  for (const value of witness) if (value.length > MAX_SCRIPT_ELEMENT_SIZE) return 'PUSH_SIZE'
  const kind = tapscript ? ({ sigVersion: 'tapscript', tapscript } as const) : ({ sigVersion: 'witness_v0' } as const)
  const machine = new Machine([...witness], script, context, kind)
  const violation = runScript(machine)
  if (violation) return violation
  if (machine.stack.length !== 1) return 'CLEANSTACK'
  return castToBool(machine.peek(0)) ? undefined : 'EVAL_FALSE'
}

/** BIP 141: version 0, a key hash of 20 bytes or a script hash of 32. */
function verifyVersion0(witness: Witness, program: Uint8Array, context: ScriptContext): ScriptErrorCode | undefined {
  if (program.length === 20) {
    if (witness.length !== 2) return 'WITNESS_PROGRAM_MISMATCH'
    return executeWitnessScript(witness, createP2pkh(program), context)
  }
  if (program.length !== 32) return 'WITNESS_PROGRAM_WRONG_LENGTH'
  const script = witness[witness.length - 1]
  if (!script) return 'WITNESS_PROGRAM_WITNESS_EMPTY'
  if (!equalBytes(sha256(script), program)) return 'WITNESS_PROGRAM_MISMATCH'
  return executeWitnessScript(witness.slice(0, -1), script, context)
}

/** Serialised size of a witness: what BIP 342 derives the signature budget from. */
function witnessSize(witness: Witness): number {
  let size = compactSizeLength(witness.length)
  for (const value of witness) size += compactSizeLength(value.length) + value.length
  return size
}

/** BIP 342: `success` ends the script at once, before any other rule is looked at. */
function scanOpSuccess(script: Uint8Array, flags: number): ScriptErrorCode | 'success' | undefined {
  const reader = new ScriptReader(script)
  while (reader.next()) {
    if (isOpSuccess(reader.opcode)) {
      return (flags & SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS) !== 0 ? 'DISCOURAGE_OP_SUCCESS' : 'success'
    }
  }
  return reader.atEnd ? undefined : 'BAD_OPCODE'
}

function executeTapscript(
  witness: Witness,
  script: Uint8Array,
  context: ScriptContext,
  tapscript: TapscriptContext,
): ScriptErrorCode | undefined {
  const scanned = scanOpSuccess(script, context.flags)
  if (scanned !== undefined) return scanned === 'success' ? undefined : scanned
  if (witness.length > MAX_STACK_SIZE) return 'STACK_SIZE'
  return executeWitnessScript(witness, script, context, tapscript)
}

/** BIP 341: by key path if one value is left beside the annex, otherwise by script path. */
function verifyTaproot(fullWitness: Witness, program: Uint8Array, context: ScriptContext): ScriptErrorCode | undefined {
  const last = fullWitness[fullWitness.length - 1]
  if (!last) return 'WITNESS_PROGRAM_WITNESS_EMPTY'
  const hasAnnex = fullWitness.length >= 2 && last[0] === ANNEX_TAG
  const annexHash = hasAnnex ? computeAnnexHash(last) : undefined
  const witness = hasAnnex ? fullWitness.slice(0, -1) : fullWitness
  if (witness.length === 1) {
    const keyPath = { annexHash, leafHash: undefined, codeSeparatorPosition: NO_CODE_SEPARATOR }
    return context.checker.checkSchnorr(witness[0]!, program, keyPath)
  }
  const controlBlock = witness[witness.length - 1]!
  const script = witness[witness.length - 2]!
  if (!isControlBlockSize(controlBlock.length)) return 'TAPROOT_WRONG_CONTROL_SIZE'
  const leafVersion = controlBlock[0]! & TAPROOT_LEAF_MASK
  const leafHash = computeTapleafHash(script, leafVersion)
  if (!verifyTaprootCommitment(controlBlock, program, leafHash)) return 'WITNESS_PROGRAM_MISMATCH'
  if (leafVersion === TAPSCRIPT_LEAF_VERSION) {
    const validationWeight = witnessSize(fullWitness) + VALIDATION_WEIGHT_OFFSET
    return executeTapscript(witness.slice(0, -2), script, context, { leafHash, annexHash, validationWeight })
  }
  return (context.flags & SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION) !== 0
    ? 'DISCOURAGE_UPGRADABLE_TAPROOT_VERSION'
    : undefined
}

const isAnchorProgram = ({ version, program }: WitnessProgram): boolean =>
  version === 1 && program.length === 2 && program[0] === 0x4e && program[1] === 0x73

/** Runs a witness program, native or inside P2SH; the rule that was broken, or undefined. */
export function verifyWitnessProgram(
  witness: Witness,
  witnessProgram: WitnessProgram,
  context: ScriptContext,
  isP2shWrapped: boolean,
): ScriptErrorCode | undefined {
  const { version, program } = witnessProgram
  if (version === 0) return verifyVersion0(witness, program, context)
  if (version === 1 && program.length === 32 && !isP2shWrapped) {
    return (context.flags & SCRIPT_VERIFY_TAPROOT) === 0 ? undefined : verifyTaproot(witness, program, context)
  }
  if (!isP2shWrapped && isAnchorProgram(witnessProgram)) return undefined
  return (context.flags & SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM) !== 0
    ? 'DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM'
    : undefined
}
