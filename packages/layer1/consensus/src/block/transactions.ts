import { ok, type Result } from '@ply/bytes'
import { type Block, computeTxid, hashToDisplay } from '@ply/primitives'
import { checkTransaction } from '../checkTransaction.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** Each transaction passes the rules that need nothing but itself. Violations those of `checkTransaction`. */
export function checkTransactions(block: Block): Result<undefined, BlockViolation> {
  for (const tx of block.transactions) {
    const checked = checkTransaction(tx)
    if (checked.ok) continue
    const { reason, message } = checked.error
    const where = `Transaction check failed (tx hash ${hashToDisplay(computeTxid(tx))}) ${message}`
    return invalidBlock('consensus', reason, where)
  }
  return ok(undefined)
}
