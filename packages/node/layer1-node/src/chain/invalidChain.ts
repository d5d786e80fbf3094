import type { BlockNode } from '@ply/chain'
import { computeBlockWork } from '@ply/consensus'
import type { Warnings } from '../warnings.ts'
import type { ChainListener } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'

/** How many blocks of work an invalid chain may be ahead before it is worth a warning. */
const BLOCKS_AHEAD = 6n

/** Warns when most of the work seems to be on a chain that we refuse: either our data are bad, or our rules. */
export function createInvalidChainListener(chain: ChainManager, warnings: Warnings): ChainListener {
  let best: BlockNode | undefined
  const look = (): void => {
    const { tip } = chain
    if (best && best.chainWork > tip.chainWork + computeBlockWork(tip.bits) * BLOCKS_AHEAD) {
      warnings.set(
        'large-work-invalid-chain',
        'Warning: Found invalid chain more than 6 blocks longer than our best chain. This could be due to database corruption or consensus incompatibility with peers.',
      )
    } else warnings.unset('large-work-invalid-chain')
  }
  return {
    blockInvalid: () => {
      for (const node of chain.tree.nodes()) {
        if (node.failed && node.data && (!best || node.chainWork > best.chainWork)) best = node
      }
      look()
    },
    tipChanged: look,
  }
}
