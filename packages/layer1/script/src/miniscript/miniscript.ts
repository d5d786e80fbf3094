import { computeCost } from './cost.ts'
import type { Fragment, Miniscript, MiniscriptContext, MiniscriptNode } from './fragment.ts'
import { computeScriptSize } from './scriptSize.ts'
import { computeType } from './type.ts'

const NO_HASH = new Uint8Array(0)

/** An expression of its parts; the parts of the parts are not walked again. */
export function createMiniscript(
  context: MiniscriptContext,
  fragment: Fragment,
  parts: Partial<Pick<MiniscriptNode, 'subs' | 'keys' | 'k' | 'hash'>> = {},
): Miniscript {
  const node: MiniscriptNode = { context, fragment, subs: [], keys: [], k: 0, hash: NO_HASH, ...parts }
  return { ...node, type: computeType(node), scriptSize: computeScriptSize(node), cost: computeCost(node) }
}

/**
 * Computes a value for an expression of those of its parts, from the leaves to the top. Expressions in tapscript can be
 * deeper than a call stack.
 */
export function foldMiniscript<T>(root: Miniscript, compute: (node: Miniscript, subs: readonly T[]) => T): T {
  const ordered: Miniscript[] = []
  for (const pending = [root]; pending.length > 0;) {
    const node = pending.pop()!
    ordered.push(node)
    for (let i = node.subs.length - 1; i >= 0; i--) pending.push(node.subs[i]!)
  }
  // Backwards, the values of a node's parts lie on top, the first one uppermost.
  const values: T[] = []
  for (let at = ordered.length - 1; at >= 0; at--) {
    const node = ordered[at]!
    const subs = values.splice(values.length - node.subs.length, node.subs.length).reverse()
    values.push(compute(node, subs))
  }
  return values[0]!
}
