/**
 * The most that the ways to run a script can take. An expression that no way leads through has `-Infinity` throughout,
 * which neither sums nor maxima ever lead out of.
 */
export interface Trace {
  /** Keys of CHECKMULTISIGs that are run; each counts as an opcode. */
  readonly keys: number
  /** Bytes of the witness, with the length in front of each item. */
  readonly witness: number
  /** How many more items the stack has in front of the script than behind it. */
  readonly net: number
  /** How many more items the stack ever has than behind the script. */
  readonly peak: number
}

/** What satisfying an expression, and dissatisfying it, can take at most. */
export interface Cost {
  /** Opcodes in the script that are not pushes. */
  readonly opcodes: number
  readonly sat: Trace
  readonly dsat: Trace
}

/** No way at all. */
export const IMPOSSIBLE: Trace = { keys: -Infinity, witness: -Infinity, net: -Infinity, peak: -Infinity }

export const isPossible = (trace: Trace): boolean => trace.net !== -Infinity

/** One after the other. */
export function sequence(...traces: readonly Trace[]): Trace {
  let [keys, witness, net, peak] = [0, 0, 0, 0]
  for (const next of traces) {
    if (!isPossible(next)) return IMPOSSIBLE
    keys += next.keys
    witness += next.witness
    net += next.net
    // The highest point lies either in the last part, or as much above its start as before.
    peak = Math.max(next.peak, next.net + peak)
  }
  return { keys, witness, net, peak }
}

/** One or the other. */
export const either = (a: Trace, b: Trace): Trace => ({
  keys: Math.max(a.keys, b.keys),
  witness: Math.max(a.witness, b.witness),
  net: Math.max(a.net, b.net),
  peak: Math.max(a.peak, b.peak),
})

/** Opcodes that take `net` items off the stack, over `peak` more than they leave. */
export const opcodes = (net: number, peak: number): Trace => ({ keys: 0, witness: 0, net, peak })

/** Bytes of the witness that a part further on takes from the stack. */
export const witnessBytes = (witness: number): Trace => ({ keys: 0, witness, net: 0, peak: 0 })

/** A push, a DUP or a SIZE. */
export const PUSH = opcodes(-1, 0)
/** An IF, a VERIFY, a CHECKSIG behind its key, or an operation on two items with one result. */
export const TAKE = opcodes(1, 1)
/** An EQUALVERIFY. */
export const TAKE_TWO = opcodes(2, 2)
