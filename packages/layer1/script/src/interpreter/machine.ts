import type { SignatureChecker, TaprootContext } from '../checker/signatureChecker.ts'
import { ScriptReader } from '../encoding/scriptReader.ts'
import { decodeScriptNumber, MAX_SCRIPT_NUMBER_SIZE } from '../encoding/scriptNumber.ts'
import { NO_CODE_SEPARATOR } from '../sighash/taprootSighash.ts'
import { SCRIPT_VERIFY_MINIMALDATA } from './flags.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import type { SigVersion } from './sigVersion.ts'

/** What scripts are run with, whichever script it is. */
export interface ScriptContext {
  /** Bits of SCRIPT_VERIFY_…. */
  readonly flags: number
  readonly checker: SignatureChecker
}

/** What a tapscript knows of the spend that revealed it. */
export interface TapscriptContext {
  readonly leafHash: Uint8Array
  readonly annexHash: Uint8Array | undefined
  /** BIP 342: what signature checks may use up. */
  readonly validationWeight: number
}

/** The values that opcodes leave; shared, because values on the stack are never changed in place. */
const TRUE_VALUE = Uint8Array.of(1)
const FALSE_VALUE = new Uint8Array(0)

/** True unless all bytes are zero; a sign bit alone (negative zero) is false too. */
export function castToBool(value: Uint8Array): boolean {
  const last = value.length - 1
  for (let i = 0; i <= last; i++) {
    if (value[i] !== 0) return i !== last || value[i] !== 0x80
  }
  return false
}

/** The state of one running script. Opcodes read and change it, and answer with a violation or undefined. */
export class Machine {
  readonly stack: Uint8Array[]
  readonly altStack: Uint8Array[] = []
  readonly reader: ScriptReader
  readonly context: ScriptContext
  readonly flags: number
  readonly sigVersion: SigVersion
  readonly tapscript: TapscriptContext | undefined
  readonly requireMinimal: boolean
  /** Counted opcodes so far. */
  opCount = 0
  /** Offset behind the last executed CODESEPARATOR: there the script code begins. */
  codeStart = 0
  /** Index of the operation that runs now. */
  operationIndex = 0
  codeSeparatorPosition = NO_CODE_SEPARATOR
  validationWeightLeft: number
  // The IFs around the running operation, as their depth and the outermost one whose branch does not run.
  #depth = 0
  #firstFalse = -1

  constructor(
    stack: Uint8Array[],
    script: Uint8Array,
    context: ScriptContext,
    kind: { readonly sigVersion: SigVersion; readonly tapscript?: TapscriptContext | undefined },
  ) {
    this.stack = stack
    this.reader = new ScriptReader(script)
    this.context = context
    this.flags = context.flags
    this.sigVersion = kind.sigVersion
    this.tapscript = kind.tapscript
    this.requireMinimal = (context.flags & SCRIPT_VERIFY_MINIMALDATA) !== 0
    this.validationWeightLeft = kind.tapscript?.validationWeight ?? 0
  }

  get executing(): boolean {
    return this.#firstFalse < 0
  }

  get insideConditional(): boolean {
    return this.#depth > 0
  }

  enterBranch(runs: boolean): void {
    if (!runs && this.#firstFalse < 0) this.#firstFalse = this.#depth
    this.#depth++
  }

  leaveBranch(): void {
    this.#depth--
    if (this.#firstFalse === this.#depth) this.#firstFalse = -1
  }

  toggleBranch(): void {
    const top = this.#depth - 1
    if (this.#firstFalse < 0) this.#firstFalse = top
    else if (this.#firstFalse === top) this.#firstFalse = -1
  }

  /** The value `depth` below the top (0 is the top), which must be there. */
  peek(depth: number): Uint8Array {
    return this.stack[this.stack.length - 1 - depth]!
  }

  /** The value `depth` below the top as a number, or undefined where the rules for numbers forbid it. */
  peekNumber(depth: number, maxSize = MAX_SCRIPT_NUMBER_SIZE): number | undefined {
    return decodeScriptNumber(this.peek(depth), this.requireMinimal, maxSize)
  }

  drop(count: number): void {
    this.stack.length -= count
  }

  pushBool(value: boolean): void {
    this.stack.push(value ? TRUE_VALUE : FALSE_VALUE)
  }

  /** The part of the script that signatures cover. */
  scriptCode(): Uint8Array {
    const { script } = this.reader
    return this.codeStart === 0 ? script : script.subarray(this.codeStart)
  }

  /** What a taproot signature hash needs now. */
  taprootContext(): TaprootContext {
    return {
      annexHash: this.tapscript?.annexHash,
      leafHash: this.tapscript?.leafHash,
      codeSeparatorPosition: this.codeSeparatorPosition,
    }
  }
}

/** What an opcode does; the violation it found, or undefined. */
export type OpHandler = (machine: Machine, opcode: number) => ScriptErrorCode | undefined
/** Handlers by opcode. */
export type OpTable = ReadonlyMap<number, OpHandler>
