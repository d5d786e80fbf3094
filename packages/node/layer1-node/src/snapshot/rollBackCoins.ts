import { compareBytes } from '@ply/bytes'
import { type BlockNode, coinKey, encodeCoin } from '@ply/chain'
import type { StoreOp } from '@ply/ports'
import { outPointsOf } from '@ply/primitives'
import { isUnspendable } from '@ply/script'
import type { ChainManager } from '../chain/chainManager.ts'
import type { StoreEntry } from '../chain/frozenCoins.ts'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ScratchStore } from './scratchStore.ts'

/** Stands for a coin that did not exist. */
const NO_COIN = new Uint8Array(0)

/** What taking a block back does to the coins, in order. */
async function* undoBlock(chain: ChainManager, node: BlockNode): AsyncIterable<StoreOp> {
  const { transactions } = await chain.readBlock(node)
  const undo = await chain.readUndo(node)
  if (!undo) throw new DamagedDataError(`Failed to roll back block at height ${node.height}`)
  for (let i = transactions.length - 1; i >= 0; i--) {
    const tx = transactions[i]!
    for (const [index, outpoint] of outPointsOf(tx).entries()) {
      if (isUnspendable(tx.outputs[index]!.scriptPubKey)) continue
      yield { type: 'put', key: coinKey(outpoint), value: NO_COIN }
    }
    if (i === 0) continue
    for (const [j, { prevout }] of tx.inputs.entries()) {
      yield { type: 'put', key: coinKey(prevout), value: encodeCoin(undo[i - 1]![j]!) }
    }
  }
}

/** Writes into `changes` how the coins were different when `to` was the tip; now it is `from`, which builds on it. */
export async function rollBackCoins(
  chain: ChainManager,
  { from, to }: { readonly from: BlockNode; readonly to: BlockNode },
  changes: ScratchStore,
): Promise<void> {
  for (let node = from; node !== to; node = node.previous!) {
    const ops: StoreOp[] = []
    for await (const op of undoBlock(chain, node)) ops.push(op)
    await changes.batch(ops)
  }
}

/** The entries of the store as they were, in order: those that changed take the place of those that are there now. */
export async function* overlayEntries(
  now: AsyncIterable<StoreEntry>,
  changes: AsyncIterable<StoreEntry>,
): AsyncIterable<StoreEntry> {
  const [current, changed] = [now[Symbol.asyncIterator](), changes[Symbol.asyncIterator]()]
  let [here, there] = [await current.next(), await changed.next()]
  while (!here.done || !there.done) {
    const order = here.done ? 1 : there.done ? -1 : compareBytes(here.value[0], there.value[0])
    if (order < 0 || there.done) {
      yield here.value as StoreEntry
      here = await current.next()
      continue
    }
    if (order === 0) here = await current.next()
    if (there.value[1].length > 0) yield there.value
    there = await changed.next()
  }
}
