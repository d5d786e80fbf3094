import { ok, type Result } from '@ply/bytes'
import { type BlockNode, mustCheckScripts } from '@ply/chain'
import {
  type BlockConnection,
  type BlockViolation,
  type CoinsDelta,
  type CoinsView,
  type CollectedScript,
  connectBlock,
  createdOutpoints,
  disconnectBlock,
  requiredOutpoints,
  verifyCollectedChecks,
} from '@ply/consensus'
import { type Block, hashToDisplay, type OutPoint } from '@ply/primitives'
import type { SignatureCheck } from '@ply/script'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ConnectedBlock } from './chainListener.ts'
import type { ChainManager } from './chainManager.ts'

/** Who verifies many signatures at once: a byte for each, 1 if it is good. */
export interface SignatureVerifier {
  verify(checks: readonly SignatureCheck[]): Promise<Uint8Array>
}

export type ChainCoins = Pick<
  ChainManager,
  'coins' | 'loadCoins' | 'parameters' | 'scriptCache' | 'signatures' | 'tree'
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
  const context = {
    parameters: chain.parameters,
    previous: node.previous,
    checkScripts: mustCheckScripts(chain.tree, node),
    scriptCache: chain.scriptCache,
  }
  await below.load(requiredOutpoints(block, context))
  const connected = connectBlock(block, below, context)
  if (!connected.ok) return connected
  const { delta, changes, undo, scripts } = connected.value
  return ok({ effects: { delta, changes, undo }, verdict: verifyScripts(scripts, chain.signatures) })
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
  if (!verdicts.includes(0)) return ok(undefined)
  const bad = new Set(checks.filter((_, i) => verdicts[i] !== 1))
  return verifyCollectedChecks(scripts, (check) => !bad.has(check))
}

/** What disconnecting the tip does to the coins. */
export async function takeBackBlock(chain: ChainCoins, { node, block, undo }: ConnectedBlock): Promise<CoinsDelta> {
  await chain.loadCoins(createdOutpoints(block))
  const taken = disconnectBlock(block, undo, { height: node.height, coins: chain.coins })
  if (!taken.ok) throw new DamagedDataError(`undo data of ${hashToDisplay(node.hash)}: ${taken.error.message}`)
  return taken.value.delta
}
