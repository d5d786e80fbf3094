import { concatBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'

/** The hashes beside the way from leaf `position` to the root, from below: what Electrum calls a merkle proof. */
export function computeMerkleBranch(leaves: readonly Uint8Array[], position: number): Uint8Array[] {
  const branch: Uint8Array[] = []
  let level = leaves
  for (let at = position; level.length > 1; at >>= 1) {
    branch.push(level[at ^ 1] ?? level[at]!)
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) above.push(hash256(concatBytes(level[i]!, level[i + 1] ?? level[i]!)))
    level = above
  }
  return branch
}
