import { ok, type Result } from '@ply/bytes'
import { type BlockNode, mustCheckScripts } from '@ply/chain'
import {
  type BlockUndo,
  type BlockViolation,
  type CoinsDelta,
  type CollectedScript,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyCollectedChecks,
} from '@ply/consensus'
import { type Block, hashToDisplay } from '@ply/primitives'
import type { SignatureCheck } from '@ply/script'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ConnectedBlock } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'

/** Who verifies many signatures at once: a byte for each, 1 if it is good. */
export interface SignatureVerifier {
  verify(checks: readonly SignatureCheck[]): Promise<Uint8Array>
}

type ChainCoins = Pick<ChainManager, 'coins' | 'loadCoins' | 'parameters' | 'signatures' | 'tree'>

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
  const verified = await verifyScripts(connected.value.scripts, chain.signatures)
  return verified.ok ? connected : verified
}

/** Signatures of a block below which asking other threads costs more than it brings. */
const WORTH_THREADS = 64

/** The last word on a block's scripts, with their signatures verified in threads where there are many. */
async function verifyScripts(
  scripts: readonly CollectedScript[],
  signatures: SignatureVerifier | undefined,
): Promise<Result<undefined, BlockViolation>> {
  const checks = scripts.flatMap((script) => script.checks)
  if (!signatures || checks.length < WORTH_THREADS) return verifyCollectedChecks(scripts)
  const verdicts = await signatures.verify(checks)
  const good = new Set(checks.filter((_, i) => verdicts[i] === 1))
  return verifyCollectedChecks(scripts, (check) => good.has(check))
}

/** What disconnecting the tip does to the coins. */
export async function takeBackBlock(chain: ChainCoins, { node, block, undo }: ConnectedBlock): Promise<CoinsDelta> {
  await chain.loadCoins(createdOutpoints(block))
  const taken = disconnectBlock(block, undo, { height: node.height, coins: chain.coins })
  if (!taken.ok) throw new DamagedDataError(`undo data of ${hashToDisplay(node.hash)}: ${taken.error.message}`)
  return taken.value.delta
}
