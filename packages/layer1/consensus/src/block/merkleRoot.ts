import { equalBytes, ok, type Result } from '@ply/bytes'
import { type Block, blockMerkleRoot } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** Blocks that passed: peers, the pool of compact blocks and the chain each ask, and the answer stays the same. */
const passed = new WeakSet<Block>()

/**
 * The header commits to exactly these transactions. Violations `bad-txnmrklroot`, and `bad-txns-duplicate` for a list
 * that repeats its end without changing the root (CVE-2012-2459).
 */
export function checkMerkleRoot(block: Block): Result<undefined, BlockViolation> {
  if (passed.has(block)) return ok(undefined)
  const { root, mutated } = blockMerkleRoot(block)
  if (!equalBytes(root, block.header.merkleRoot)) {
    return invalidBlock('mutated', 'bad-txnmrklroot', 'hashMerkleRoot mismatch')
  }
  if (mutated) return invalidBlock('mutated', 'bad-txns-duplicate', 'duplicate transaction')
  passed.add(block)
  return ok(undefined)
}
