import { ok, type Result } from '@ply/bytes'
import { type Block, blockSizes, blockWeight, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import { MAX_BLOCK_WEIGHT } from '../limits.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** A block has transactions, and without witnesses it fits a megabyte. Violation `bad-blk-length`. */
export function checkBlockLength(block: Block): Result<undefined, BlockViolation> {
  const count = block.transactions.length
  const fits =
    count > 0 &&
    count * WITNESS_SCALE_FACTOR <= MAX_BLOCK_WEIGHT &&
    blockSizes(block).stripped * WITNESS_SCALE_FACTOR <= MAX_BLOCK_WEIGHT
  return fits ? ok(undefined) : invalidBlock('consensus', 'bad-blk-length', 'size limits failed')
}

/**
 * BIP 141: a block weighs at most four million. To be asked only after the witness commitment: before it, a padded
 * coinbase witness could make any block too heavy. Violation `bad-blk-weight`.
 */
export function checkBlockWeight(block: Block): Result<undefined, BlockViolation> {
  return blockWeight(block) <= MAX_BLOCK_WEIGHT
    ? ok(undefined)
    : invalidBlock('consensus', 'bad-blk-weight', 'ContextualCheckBlock : weight limit failed')
}
