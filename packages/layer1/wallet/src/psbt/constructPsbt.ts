import { ByteWriter, err, ok, type Result } from '@ply/bytes'
import {
  type OutPoint,
  outPointKey,
  SEQUENCE_FINAL,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import { INPUT } from './fieldType.ts'
import { computePsbtLockTime } from './lockTime.ts'
import {
  HAS_SIGHASH_SINGLE,
  INPUTS_MODIFIABLE,
  modifiableFlags,
  OUTPUTS_MODIFIABLE,
  setModifiableFlags,
} from './modifiable.ts'
import { createPsbt, type Psbt } from './psbt.ts'
import { type PsbtMap, psbtEntries, setPsbtValue } from './psbtMap.ts'
import { readVersion2Transaction, setVersion2Global, setVersion2Input, setVersion2Output } from './version2.ts'

/** Why nothing was added to a PSBT. */
export type PsbtConstructError =
  'psbt-not-modifiable' | 'psbt-duplicate-input' | 'psbt-lock-time-conflict' | 'psbt-signed-lock-time'

/** An input to be added, with the lock time that its script demands. */
export interface PsbtInputToAdd {
  readonly prevout: OutPoint
  readonly sequence?: number
  readonly requiredHeight?: number
  readonly requiredTime?: number
}

/** BIP 370's Creator: no inputs, no outputs, and both may be added. */
export function createEmptyPsbt({ lockTime = 0, version = 2 }: Partial<Transaction> = {}): Psbt {
  const psbt = createPsbt({ version, inputs: [], outputs: [], lockTime }, 2)
  return { ...psbt, global: setModifiableFlags(psbt.global, INPUTS_MODIFIABLE | OUTPUTS_MODIFIABLE) }
}

const mayAdd = (psbt: Psbt, flag: number): boolean => ((modifiableFlags(psbt.global) ?? 0) & flag) !== 0

const hasSignature = (map: PsbtMap): boolean =>
  [INPUT.partialSig, INPUT.tapKeySig, INPUT.tapScriptSig, INPUT.finalScriptSig, INPUT.finalScriptWitness].some(
    (type) => psbtEntries(map, type).length > 0,
  )

const uint32 = (value: number): Uint8Array => new ByteWriter(4).u32(value).finish()

/** Maps whose fields stand in agreement with each other, as a PSBT. */
function rebuild(psbt: Psbt, inputs: readonly PsbtMap[], outputs: readonly PsbtMap[]): Psbt {
  const tx = readVersion2Transaction(psbt.global, inputs, outputs)
  // The lock time follows from the inputs; the fallback stays what its creator chose.
  const counted = setVersion2Global(psbt.global, { ...tx, lockTime: computePsbtLockTime(psbt.global, []) ?? 0 })
  return { ...psbt, tx, global: counted, inputs, outputs }
}

/**
 * BIP 370's Constructor: one more input at the end. Violations: `psbt-not-modifiable`, `psbt-duplicate-input`,
 * `psbt-lock-time-conflict` (another input takes the other kind of lock time only), `psbt-signed-lock-time` (a
 * signature that is there already would not cover the new lock time).
 */
export function addPsbtInput(psbt: Psbt, input: PsbtInputToAdd): Result<Psbt, PsbtConstructError> {
  if (!mayAdd(psbt, INPUTS_MODIFIABLE)) return err('psbt-not-modifiable')
  // A signature with SIGHASH_SINGLE binds an input to the output of its place: both stay where they are at the end.
  const id = outPointKey(input.prevout)
  if (psbt.tx.inputs.some(({ prevout }) => outPointKey(prevout) === id)) return err('psbt-duplicate-input')
  const txInput: TxInput = {
    prevout: input.prevout,
    scriptSig: new Uint8Array(0),
    sequence: input.sequence ?? SEQUENCE_FINAL,
    witness: [],
  }
  let map = setVersion2Input([], txInput)
  if (input.requiredTime !== undefined) map = setPsbtValue(map, INPUT.requiredTimeLockTime, uint32(input.requiredTime))
  if (input.requiredHeight !== undefined) {
    map = setPsbtValue(map, INPUT.requiredHeightLockTime, uint32(input.requiredHeight))
  }
  const inputs = [...psbt.inputs, map]
  const lockTime = computePsbtLockTime(psbt.global, inputs)
  if (lockTime === undefined) return err('psbt-lock-time-conflict')
  if (lockTime !== psbt.tx.lockTime && psbt.inputs.some(hasSignature)) return err('psbt-signed-lock-time')
  return ok(rebuild(psbt, inputs, psbt.outputs))
}

/** BIP 370's Constructor: one more output at the end; violation `psbt-not-modifiable`. */
export function addPsbtOutput(psbt: Psbt, output: TxOutput): Result<Psbt, PsbtConstructError> {
  if (!mayAdd(psbt, OUTPUTS_MODIFIABLE)) return err('psbt-not-modifiable')
  return ok(rebuild(psbt, psbt.inputs, [...psbt.outputs, setVersion2Output([], output)]))
}

/** Declares that nothing more is to be added (BIP 370). */
export function closePsbt(psbt: Psbt): Psbt {
  const flags = modifiableFlags(psbt.global)
  return flags === undefined ? psbt : { ...psbt, global: setModifiableFlags(psbt.global, flags & HAS_SIGHASH_SINGLE) }
}
