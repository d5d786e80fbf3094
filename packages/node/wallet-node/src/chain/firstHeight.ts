import type { NodeWallet } from '../nodeWallet.ts'

/** Blocks that are so much older than a key are looked at, too: clocks differ. */
export const TIMESTAMP_WINDOW = 2 * 3600

/** The first block, from a height on, that may hold a transaction of a time. */
export function firstHeight({ node }: NodeWallet, time: number, from = 0): number | undefined {
  const { active } = node.chain.tree
  let first: number | undefined
  // Times do not rise steadily: a block counts if any up to it is late enough.
  for (let at = active.tip; at && at.height >= from; at = at.previous) {
    if (at.time >= time - TIMESTAMP_WINDOW) first = at.height
  }
  return first
}
