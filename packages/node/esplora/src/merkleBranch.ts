import { computeMerkleLevels } from '@ply/primitives'

/** The hashes beside the way from leaf `position` to the root, from below: what Electrum calls a merkle proof. */
export function computeMerkleBranch(leaves: readonly Uint8Array[], position: number): Uint8Array[] {
  const levels = computeMerkleLevels(leaves).slice(0, -1)
  return levels.map((level, height) => {
    const at = Math.floor(position / 2 ** height)
    return level[at ^ 1] ?? level[at]!
  })
}
