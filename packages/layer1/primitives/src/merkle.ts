import { concatBytes, equalBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import type { Block } from './block.ts'
import { ZERO_HASH } from './hash.ts'
import { computeTxid, computeWtxid } from './transaction.ts'

export interface MerkleRoot {
  readonly root: Uint8Array
  /** Two equal neighbours were hashed together: the list may be a malleated one (CVE-2012-2459). */
  readonly mutated: boolean
}

/** Bitcoin's merkle tree over 32-byte leaves: an odd last node is paired with itself. No leaves give zero. */
export function computeMerkleRoot(leaves: readonly Uint8Array[]): MerkleRoot {
  if (leaves.length === 0) return { root: ZERO_HASH, mutated: false }
  let level = leaves
  let mutated = false
  const pair = new Uint8Array(64)
  while (level.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i]!
      const right = level[i + 1]
      if (right && equalBytes(left, right)) mutated = true
      pair.set(left)
      pair.set(right ?? left, 32)
      next.push(hash256(pair))
    }
    level = next
  }
  return { root: level[0]!, mutated }
}

/** All levels of the tree, the leaves first: what proofs are made of. */
export function computeMerkleLevels(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const levels = [[...leaves]]
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) above.push(hash256(concatBytes(level[i]!, level[i + 1] ?? level[i]!)))
    levels.push(above)
  }
  return levels
}

/** Root over the block's txids, as its header must carry it. */
export function blockMerkleRoot(block: Pick<Block, 'transactions'>): MerkleRoot {
  return computeMerkleRoot(block.transactions.map(computeTxid))
}

/** Root over the block's wtxids, the coinbase's taken as zero (BIP 141). */
export function blockWitnessMerkleRoot(block: Pick<Block, 'transactions'>): Uint8Array {
  return computeMerkleRoot(block.transactions.map((tx, i) => (i === 0 ? ZERO_HASH : computeWtxid(tx)))).root
}
