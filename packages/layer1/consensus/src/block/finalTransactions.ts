import { ok, type Result } from '@ply/bytes'
import type { Block, NetworkParameters } from '@ply/primitives'
import { isBuriedActive } from '../deployments/buried.ts'
import type { ChainHeader } from '../header/chainHeader.ts'
import { computeMedianTimePast } from '../header/medianTimePast.ts'
import { isFinalTx } from '../transaction/finality.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** Each transaction's nLockTime is reached; from BIP 113 on by median time past. Violation `bad-txns-nonfinal`. */
export function checkFinalTransactions(
  block: Block,
  previous: ChainHeader,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  const height = previous.height + 1
  const cutoff = isBuriedActive('csv', height, parameters) ? computeMedianTimePast(previous) : block.header.time
  return block.transactions.every((tx) => isFinalTx(tx, height, cutoff))
    ? ok(undefined)
    : invalidBlock('consensus', 'bad-txns-nonfinal', 'non-final transaction')
}
