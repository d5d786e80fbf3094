import { ok, type Result } from '@ply/bytes'
import { type Block, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import { MAX_BLOCK_SIGOPS_COST } from '../limits.ts'
import { countLegacySigops } from '../transaction/sigopCost.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** BIP 141: the signature operations of a block cost at most 80,000. Violation `bad-blk-sigops`. */
export function checkSigopLimit(cost: number, message = 'too many sigops'): Result<undefined, BlockViolation> {
  return cost <= MAX_BLOCK_SIGOPS_COST ? ok(undefined) : invalidBlock('consensus', 'bad-blk-sigops', message)
}

/** The part of the limit that can be checked without the coins that are spent. Violation `bad-blk-sigops`. */
export function checkLegacySigopLimit(block: Block): Result<undefined, BlockViolation> {
  const count = block.transactions.reduce((sum, tx) => sum + countLegacySigops(tx), 0)
  return checkSigopLimit(count * WITNESS_SCALE_FACTOR, 'out-of-bounds SigOpCount')
}
