import { ok, type Result } from '@ply/bytes'
import { type Block, isCoinbase } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** The first transaction is a coinbase and no other is. Violations `bad-cb-missing`, `bad-cb-multiple`. */
export function checkCoinbasePlacement(block: Block): Result<undefined, BlockViolation> {
  const [first, ...rest] = block.transactions
  if (first === undefined || !isCoinbase(first)) {
    return invalidBlock('consensus', 'bad-cb-missing', 'first tx is not coinbase')
  }
  return rest.some(isCoinbase) ? invalidBlock('consensus', 'bad-cb-multiple', 'more than one coinbase') : ok(undefined)
}
