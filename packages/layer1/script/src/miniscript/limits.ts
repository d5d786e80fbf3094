import { MAX_OPS_PER_SCRIPT, MAX_STACK_SIZE } from '../limits.ts'
import type { Miniscript, MiniscriptContext } from './fragment.ts'
import { hasAny } from './properties.ts'
import { isPossible } from './trace.ts'

/** Standardness: the longest witness script, and the most items in front of it. */
const MAX_STANDARD_P2WSH_SCRIPT_SIZE = 3600
const MAX_STANDARD_P2WSH_STACK_ITEMS = 100
/**
 * What is left for a tapscript in a transaction of 400,000 weight units with one input and one P2WSH output: 94 bytes
 * beside the witness and the segwit marker, 1000 items of 66 bytes and their number, the largest control block, and the
 * length of the script itself.
 */
const MAX_TAPSCRIPT_SIZE = 400_000 - (94 * 4 + 2) - (3 + 1000 * 66 + 3 + 33 + 32 * 128) - 5

export const maxScriptSize = (context: MiniscriptContext): number =>
  context === 'tapscript' ? MAX_TAPSCRIPT_SIZE : MAX_STANDARD_P2WSH_SCRIPT_SIZE

/** An expression leaves one item on the stack if it leaves any. */
const resultItems = ({ type }: Miniscript): number => (hasAny(type, 'BKW') ? 1 : 0)

/** The figures of an expression that can be satisfied; undefined for another. */
export interface ResourceUse {
  /** Opcodes that count towards the limit of 201. */
  readonly opcodes: number
  /** Most items of a witness, without the script. */
  readonly stackItems: number
  /** Most items on the stack while the script runs. */
  readonly executionItems: number
  /** Most bytes of a witness, without the script and the number of items. */
  readonly witnessSize: number
}

/** What satisfying an expression takes at most. */
export function computeResourceUse(root: Miniscript): ResourceUse | undefined {
  const { opcodes, sat } = root.cost
  if (!isPossible(sat)) return undefined
  const left = resultItems(root)
  return {
    opcodes: opcodes + sat.keys,
    stackItems: sat.net + left,
    executionItems: sat.peak + left,
    witnessSize: sat.witness,
  }
}

/** True if no way to satisfy the expression runs into a limit of consensus or of standardness. */
export function isWithinLimits(root: Miniscript): boolean {
  const use = computeResourceUse(root)
  if (!use) return true
  return root.context === 'tapscript'
    ? use.executionItems <= MAX_STACK_SIZE
    : use.opcodes <= MAX_OPS_PER_SCRIPT && use.stackItems <= MAX_STANDARD_P2WSH_STACK_ITEMS
}
