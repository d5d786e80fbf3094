import { computeTxid, hashToDisplay, type Transaction } from '@ply/primitives'
import { WalletState } from '@ply/wallet'
import { CliError } from '../exitCode.ts'
import { createProgress } from '../format/progress.ts'
import type { Layer1Node } from '../node/layer1.ts'
import type { Session } from '../session.ts'
import { type StoredWallet, writeState } from './files.ts'

/** Blocks per request while scanning. */
const BLOCK_BATCH = 40
/** Hashes per request while looking for the fork of a reorg. */
const HASH_BATCH = 16
const MEMPOOL_BATCH = 100
/** The chain may move while it is read; a chain that never rests is an error. */
const MAX_ROUNDS = 50
/** Blocks after which a long scan is saved, so that an interrupted one goes on from there. */
const SAVE_INTERVAL = 2000

/**
 * Forgets the chain from a height on, and what waits, but not the addresses handed out, names and locks. Older
 * transactions stay: what spends them may come again.
 */
export function startAgain(state: WalletState, height: number): WalletState {
  const contents = state.contents()
  const records = contents.records.filter(({ confirmation }) => confirmation && confirmation.height < height)
  return new WalletState({ ...contents, recentBlocks: [], height: height - 1, records })
}

const startOver = (state: WalletState): WalletState => startAgain(state, 0)

/** Takes back blocks that are no longer in the node's chain. */
async function undoStaleBlocks(node: Layer1Node, state: WalletState, nodeHeight: number): Promise<WalletState> {
  if (!state.tip) return nodeHeight < state.height ? startOver(state) : state
  for (;;) {
    const top = state.height
    const heights = Array.from({ length: HASH_BATCH }, (_, i) => top - i).filter((height) => state.blockHashAt(height))
    if (heights.length === 0) return startOver(state)
    const theirs = await node.blockHashes(heights)
    const fork = heights.find((height, i) => hashToDisplay(state.blockHashAt(height)!) === theirs[i])
    const keep = fork ?? heights.at(-1)! - 1
    while (state.height > keep) if (!state.undoBlock().ok) return startOver(state)
    if (fork !== undefined) return state
  }
}

async function applyNewBlocks(
  session: Session,
  node: Layer1Node,
  state: WalletState,
  nodeHeight: number,
): Promise<void> {
  const progress = createProgress(session, 'scanning blocks')
  const from = state.height
  let saved = from
  try {
    while (state.height < nodeHeight) {
      const first = state.height + 1
      const count = Math.min(BLOCK_BATCH, nodeHeight - state.height)
      const hashes = await node.blockHashes(Array.from({ length: count }, (_, i) => first + i))
      const known = hashes.filter((hash) => hash !== undefined)
      if (known.length === 0) return
      for (const [i, block] of (await node.blocks(known)).entries()) {
        // The chain was reorganised while it was read: the next round sorts it out.
        if (!state.applyBlock(first + i, block).ok) return
      }
      progress.update(state.height - from, nodeHeight - from)
      if (state.height - saved >= SAVE_INTERVAL) {
        await writeState(session.options, { state, seenMempool: new Set() })
        saved = state.height
      }
    }
  } finally {
    progress.end()
  }
}

/** Takes in what is new in the mempool and drops what left it. Returns the ids that need no second look. */
async function syncMempool(
  node: Layer1Node,
  state: WalletState,
  stored: StoredWallet,
  now: number,
): Promise<Set<string>> {
  const txids = await node.mempool()
  const inMempool = new Set(txids)
  for (const tx of state.unconfirmed()) {
    const txid = computeTxid(tx)
    if (!inMempool.has(hashToDisplay(txid))) state.dropUnconfirmed(txid)
  }
  const active = new Set(state.unconfirmed().map((tx) => hashToDisplay(computeTxid(tx))))
  const unknown = txids.filter((txid) => !stored.seenMempool.has(txid) && !active.has(txid))
  let fresh: Transaction[] = []
  for (let at = 0; at < unknown.length; at += MEMPOOL_BATCH) {
    const found = await node.transactions(unknown.slice(at, at + MEMPOOL_BATCH))
    fresh.push(...found.filter((tx) => tx !== undefined))
  }
  // Children may stand before their parents: again until nothing more is ours.
  for (let before = -1; before !== fresh.length;) {
    before = fresh.length
    fresh = fresh.filter((tx) => !state.applyUnconfirmed(tx, Math.floor(now / 1000)))
  }
  return new Set([
    ...fresh.map((tx) => hashToDisplay(computeTxid(tx))),
    ...txids.filter((id) => stored.seenMempool.has(id)),
  ])
}

/** Brings a wallet up to the node's chain and mempool. */
export async function syncWallet(session: Session, node: Layer1Node, stored: StoredWallet): Promise<StoredWallet> {
  const { network } = session.options
  let { state } = stored
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const info = await node.chainInfo()
    if (info.chain !== network.name) {
      throw new CliError(`the node is on ${info.chain}, the wallet on ${network.name}: use --network ${info.chain}`)
    }
    state = await undoStaleBlocks(node, state, info.height)
    await applyNewBlocks(session, node, state, info.height)
    const seenMempool = await syncMempool(node, state, stored, session.io.now())
    const after = await node.chainInfo()
    const tip = state.tip
    // A wallet younger than the chain has no tip yet.
    const isAtTip = tip ? hashToDisplay(tip.hash) === after.bestHash : state.height >= after.height
    if (isAtTip) return { state, seenMempool }
  }
  throw new CliError('the chain moves faster than it can be scanned')
}
