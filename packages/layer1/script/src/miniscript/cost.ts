import { MAX_STACK_SIZE } from '../limits.ts'
import type { MiniscriptContext, MiniscriptNode } from './fragment.ts'
import { hasAll } from './properties.ts'
import {
  type Cost,
  either,
  IMPOSSIBLE,
  isPossible,
  PUSH,
  sequence,
  TAKE,
  TAKE_TWO,
  type Trace,
  witnessBytes,
} from './trace.ts'

const EMPTY_ITEM = witnessBytes(1)
const ONE_ITEM = witnessBytes(2)
const NOTHING = sequence()

/** A signature with its sighash type and its length in front. */
const signatureSize = (context: MiniscriptContext): number => 1 + (context === 'tapscript' ? 65 : 72)
const keySize = (context: MiniscriptContext): number => 1 + (context === 'tapscript' ? 32 : 33)

function keyHashCost(context: MiniscriptContext): Cost {
  const script = sequence(PUSH, PUSH, TAKE_TWO)
  const key = witnessBytes(keySize(context))
  return {
    opcodes: 3,
    sat: sequence(witnessBytes(signatureSize(context)), key, script),
    dsat: sequence(EMPTY_ITEM, key, script),
  }
}

/** CHECKMULTISIG finds k signatures and an empty item below n keys and the two numbers. */
function multiCost({ context, keys: { length: n }, k }: MiniscriptNode): Cost {
  const stack = { keys: n, net: k, peak: k + n + 2 }
  return {
    opcodes: 1,
    sat: { ...stack, witness: k * signatureSize(context) + 1 },
    dsat: { ...stack, witness: k + 1 },
  }
}

function multiACost({ context, keys: { length: n }, k }: MiniscriptNode): Cost {
  const stack = { keys: 0, net: n - 1, peak: n }
  return {
    opcodes: n + 1,
    sat: { ...stack, witness: k * signatureSize(context) + n - k },
    dsat: { ...stack, witness: n },
  }
}

/**
 * What can be satisfied and dissatisfied takes an item off the stack, so more of them than the stack can hold break its
 * limit whichever of them are satisfied; no need to look for the most expensive ones.
 */
const areTooMany = (subs: readonly Cost[]): boolean => subs.filter(({ sat }) => isPossible(sat)).length > MAX_STACK_SIZE

function thresholdCost(subs: readonly Cost[], k: number): Cost {
  const opcodes = subs.reduce((sum, sub) => sum + sub.opcodes + 1, 0)
  if (areTooMany(subs)) {
    const most = subs.reduce(
      (sum, { sat, dsat }, i) => sequence(sum, either(sat, dsat), i === 0 ? NOTHING : TAKE),
      NOTHING,
    )
    return { opcodes, sat: most, dsat: most }
  }
  // By how many of the parts so far are satisfied.
  let ways: Trace[] = [NOTHING]
  subs.forEach(({ sat, dsat }, i) => {
    const add = i === 0 ? NOTHING : TAKE
    const next: Trace[] = []
    for (let count = 0; count <= Math.min(ways.length, k); count++) {
      const without = sequence(ways[count] ?? IMPOSSIBLE, dsat, add)
      const withThis = sequence(ways[count - 1] ?? IMPOSSIBLE, sat, add)
      const way = either(without, withThis)
      // From here on up there are more to be satisfied than can be.
      if (count === ways.length && !isPossible(way)) break
      next.push(way)
    }
    ways = next
  })
  const compare = sequence(PUSH, TAKE)
  return {
    opcodes,
    sat: sequence(ways[k] ?? IMPOSSIBLE, compare),
    dsat: sequence(ways[0]!, compare),
  }
}

/** A part that an IF guards: `d:` behind a DUP, `j:` behind SIZE and 0NOTEQUAL. */
const guardedCost = (opcodes: number, sat: Trace): Cost => ({
  opcodes,
  sat: sequence(PUSH, TAKE, sat),
  dsat: sequence(PUSH, TAKE, EMPTY_ITEM),
})

/** Two parts that both run, and an operation on their results. */
const bothRun = (x: Trace, y: Trace): Trace => sequence(x, y, TAKE)

/** The limits that a script runs into, of its parts' (BIP 379, "Resource limitations"). */
export function computeCost(node: MiniscriptNode): Cost {
  const { context, fragment, subs, k } = node
  const inside = subs.reduce((sum, sub) => sum + sub.cost.opcodes, 0)
  const [x, y, z] = subs.map(({ cost }) => cost) as [Cost, Cost, Cost]
  switch (fragment) {
    case '0':
      return { opcodes: 0, sat: IMPOSSIBLE, dsat: PUSH }
    case '1':
      return { opcodes: 0, sat: PUSH, dsat: IMPOSSIBLE }
    case 'pk_k':
      return { opcodes: 0, sat: sequence(witnessBytes(signatureSize(context)), PUSH), dsat: sequence(EMPTY_ITEM, PUSH) }
    case 'pk_h':
      return keyHashCost(context)
    case 'older':
    case 'after':
      return { opcodes: 1, sat: PUSH, dsat: IMPOSSIBLE }
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
      return { opcodes: 4, sat: sequence(witnessBytes(33), PUSH, PUSH, TAKE_TWO, PUSH, TAKE), dsat: IMPOSSIBLE }
    case 'multi':
      return multiCost(node)
    case 'multi_a':
      return multiACost(node)
    case 'a':
      return { ...x, opcodes: inside + 2 }
    case 's':
    case 'n':
      return { ...x, opcodes: inside + 1 }
    case 'c':
      return { opcodes: inside + 1, sat: sequence(x.sat, TAKE), dsat: sequence(x.dsat, TAKE) }
    case 'd':
      return guardedCost(inside + 3, sequence(ONE_ITEM, x.sat))
    case 'j':
      return guardedCost(inside + 4, x.sat)
    case 'v':
      return {
        opcodes: inside + (hasAll(subs[0]!.type, 'x') ? 1 : 0),
        sat: sequence(x.sat, TAKE),
        dsat: IMPOSSIBLE,
      }
    case 'and_v':
      return { opcodes: inside, sat: sequence(x.sat, y.sat), dsat: IMPOSSIBLE }
    case 'and_b':
      return { opcodes: inside + 1, sat: bothRun(x.sat, y.sat), dsat: bothRun(x.dsat, y.dsat) }
    case 'or_b':
      return {
        opcodes: inside + 1,
        sat: either(bothRun(x.sat, y.dsat), bothRun(x.dsat, y.sat)),
        dsat: bothRun(x.dsat, y.dsat),
      }
    case 'or_c':
      return {
        opcodes: inside + 2,
        sat: either(sequence(x.sat, TAKE), sequence(x.dsat, TAKE, y.sat)),
        dsat: IMPOSSIBLE,
      }
    case 'or_d':
      return {
        opcodes: inside + 3,
        // IFDUP doubles what is not zero.
        sat: either(sequence(x.sat, PUSH, TAKE), sequence(x.dsat, TAKE, y.sat)),
        dsat: sequence(x.dsat, TAKE, y.dsat),
      }
    case 'or_i':
      return {
        opcodes: inside + 3,
        sat: sequence(TAKE, either(sequence(ONE_ITEM, x.sat), sequence(EMPTY_ITEM, y.sat))),
        dsat: sequence(TAKE, either(sequence(ONE_ITEM, x.dsat), sequence(EMPTY_ITEM, y.dsat))),
      }
    case 'andor':
      return {
        opcodes: inside + 3,
        sat: either(sequence(x.sat, TAKE, y.sat), sequence(x.dsat, TAKE, z.sat)),
        dsat: sequence(x.dsat, TAKE, z.dsat),
      }
    case 'thresh':
      return thresholdCost(
        subs.map(({ cost }) => cost),
        k,
      )
  }
}
