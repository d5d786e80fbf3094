import { ok, type Result } from '@ply/bytes'
import { type BlockNode, mustCheckScripts } from '@ply/chain'
import {
  type BlockUndo,
  type BlockViolation,
  type CoinsDelta,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyCollectedChecks,
} from '@ply/consensus'
import { type Block, hashToDisplay } from '@ply/primitives'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ConnectedBlock } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'

type ChainCoins = Pick<ChainManager, 'coins' | 'loadCoins' | 'parameters' | 'tree'>

/**
 * What connecting `block`, whose node follows the tip, does to the coins, with every rule checked and every signature
 * verified. Changes nothing.
 */
export async function applyBlock(
  chain: ChainCoins,
  node: BlockNode,
  block: Block,
): Promise<Result<{ readonly delta: CoinsDelta; readonly undo: BlockUndo }, BlockViolation>> {
  // Nobody can spend the genesis block's coin: it never enters the set.
  if (!node.previous) return ok({ delta: { spent: [], created: [] }, undo: [] })
  const context = {
    parameters: chain.parameters,
    previous: node.previous,
    checkScripts: mustCheckScripts(chain.tree, node),
  }
  await chain.loadCoins(requiredOutpoints(block, context))
  const connected = connectBlock(block, chain.coins, context)
  if (!connected.ok) return connected
  const verified = verifyCollectedChecks(connected.value.scripts)
  return verified.ok ? connected : verified
}

/** What disconnecting the tip does to the coins. */
export async function takeBackBlock(chain: ChainCoins, { node, block, undo }: ConnectedBlock): Promise<CoinsDelta> {
  await chain.loadCoins(createdOutpoints(block))
  const taken = disconnectBlock(block, undo, { height: node.height, coins: chain.coins })
  if (!taken.ok) throw new DamagedDataError(`undo data of ${hashToDisplay(node.hash)}: ${taken.error.message}`)
  return taken.value.delta
}
