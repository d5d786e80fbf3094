import { ok, type Result } from '@ply/bytes'
import { type BlockNode, findScriptCheckReason } from '@ply/chain'
import {
  type BlockConnection,
  type BlockViolation,
  type CoinsDelta,
  type CoinsView,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyBlockScripts,
} from '@ply/consensus'
import { type Block, hashToDisplay, type OutPoint } from '@ply/primitives'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ConnectedBlock } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'
import { SignatureBatches } from './signatureBatches.ts'

export type ChainCoins = Pick<
  ChainManager,
  'coins' | 'loadCoins' | 'log' | 'parameters' | 'scriptCache' | 'signatures' | 'tree'
>

/** The coins that a block is connected to. */
export interface CoinsBelow extends CoinsView {
  /** Makes `get` answer for these outpoints. */
  load(outpoints: readonly OutPoint[]): Promise<void>
}

/** The coins as of the active tip. */
export const coinsOfTip = ({ coins, loadCoins }: ChainCoins): CoinsBelow => ({
  get: (outpoint) => coins.get(outpoint),
  load: loadCoins,
})

/** What connecting a block does to the coins. */
export type BlockEffects = Pick<BlockConnection, 'delta' | 'changes' | 'undo'>

/** Nobody can spend the genesis block's coin: it never enters the set. */
const NO_EFFECTS: BlockEffects = { delta: { spent: [], created: [] }, changes: { find: () => undefined }, undo: [] }

/** A block that passed every rule but those on signatures, which are under way. */
export interface StartedBlock {
  readonly effects: BlockEffects
  /** Resolves to the last word on its scripts. */
  readonly verdict: Promise<Result<undefined, BlockViolation>>
}

/** Checks every rule of `block` on top of `below`, and sets out to verify its signatures. Changes nothing. */
export async function startBlock(
  chain: ChainCoins,
  { node, block }: { readonly node: BlockNode; readonly block: Block },
  below: CoinsBelow,
): Promise<Result<StartedBlock, BlockViolation>> {
  if (!node.previous) return ok({ effects: NO_EFFECTS, verdict: Promise.resolve(ok(undefined)) })
  const signatures = new SignatureBatches(chain.signatures)
  const reason = findScriptCheckReason(chain.tree, node)
  chain.log.scriptChecks(node, reason)
  const context = {
    parameters: chain.parameters,
    previous: node.previous,
    checkScripts: reason !== undefined,
    scriptCache: chain.scriptCache,
    collect: signatures.collect,
  }
  await below.load(requiredOutpoints(block, context))
  const connected = connectBlock(block, below, context)
  if (!connected.ok) return connected
  const { delta, changes, undo } = connected.value
  return ok({ effects: { delta, changes, undo }, verdict: judgeScripts(connected.value, signatures) })
}

/**
 * What connecting `block`, whose node follows the tip, does to the coins, with every rule checked and every signature
 * verified. Changes nothing.
 */
export async function applyBlock(
  chain: ChainCoins,
  node: BlockNode,
  block: Block,
): Promise<Result<BlockEffects, BlockViolation>> {
  const started = await startBlock(chain, { node, block }, coinsOfTip(chain))
  if (!started.ok) return started
  const verdict = await started.value.verdict
  return verdict.ok ? ok(started.value.effects) : verdict
}

/** The last word on a block's scripts: a bad signature need not make them fail, and only they say how they do. */
async function judgeScripts(
  { spends, flags }: BlockConnection,
  signatures: SignatureBatches,
): Promise<Result<undefined, BlockViolation>> {
  for (const { from, to } of await signatures.findBad()) {
    const verdict = verifyBlockScripts(spends.slice(from, to + 1), flags)
    if (!verdict.ok) return verdict
  }
  return ok(undefined)
}

/** What disconnecting the tip does to the coins. */
export async function takeBackBlock(chain: ChainCoins, { node, block, undo }: ConnectedBlock): Promise<CoinsDelta> {
  await chain.loadCoins(createdOutpoints(block))
  const taken = disconnectBlock(block, undo, { height: node.height, coins: chain.coins })
  if (!taken.ok) throw new DamagedDataError(`undo data of ${hashToDisplay(node.hash)}: ${taken.error.message}`)
  return taken.value.delta
}
