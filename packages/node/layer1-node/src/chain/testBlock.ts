import { equalBytes, ok, type Result } from '@ply/bytes'
import { BlockNode } from '@ply/chain'
import {
  type BlockViolation,
  checkBlock,
  checkContextualBlock,
  checkContextualHeader,
  invalidBlock,
} from '@ply/consensus'
import type { Block } from '@ply/primitives'
import type { ChainManager } from './chainManager.ts'
import { applyBlock } from './connectTip.ts'

/**
 * What would become of a block on the tip that has no proof of work yet. Changes nothing. Violations of all rules on
 * blocks, `inconclusive-not-best-prevblk` for a block that does not follow the tip.
 */
export async function testBlock(chain: ChainManager, block: Block): Promise<Result<undefined, BlockViolation>> {
  const { parameters, tip: previous } = chain
  if (!equalBytes(block.header.previousBlockHash, previous.hash)) {
    return invalidBlock('missing-prev', 'inconclusive-not-best-prevblk')
  }
  const now = Math.floor(chain.clock.now() / 1000)
  const checked = checkBlock(block, parameters, { checkProofOfWork: false })
  if (!checked.ok) return checked
  const header = checkContextualHeader(block.header, { parameters, previous, now })
  if (!header.ok) return header
  const contextual = checkContextualBlock(block, previous, parameters)
  if (!contextual.ok) return contextual
  const applied = await applyBlock(chain, new BlockNode(block.header, previous), block)
  return applied.ok ? ok(undefined) : applied
}
