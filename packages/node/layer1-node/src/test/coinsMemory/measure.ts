import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteWriter, unwrap } from '@ply/bytes'
import { coinKey, createBlockTemplate, encodeCoin } from '@ply/chain'
import { sha256 } from '@ply/crypto'
import { mineBlock } from '@ply/mining'
import type { Store, StoreOp } from '@ply/ports'
import {
  type Block,
  createOutPoint,
  type OutPoint,
  REGTEST,
  sats,
  type Transaction,
  transactionWeight,
  type Txid,
} from '@ply/primitives'
import { boundHeapGrowth, chooseCryptoProvider, silentLogger, SystemClock } from '@ply/runtime'
import { createP2wsh } from '@ply/script'
import { openLevelStore } from '@ply/storage'
import { ChainManager } from '../../chain/chainManager.ts'
import { BlockStore } from '../../storage/blockStore.ts'
import { processorTime } from '../validation/processorTime.ts'

export interface Job {
  readonly coins: number
  /** Blocks of 2000 transactions that each spend and create two coins. */
  readonly blocks: number
  readonly coinsCacheBytes: number | undefined
}

export interface Outcome {
  readonly inputs: number
  /** Bytes: before the first block, and the most until the last one was written. */
  readonly memoryBefore: number
  readonly peakMemory: number
  /** Milliseconds of processor time. */
  readonly processor: number
}

const TRANSACTIONS = 2000
/** OP_TRUE: it is coins that are measured here, not signatures. */
const WITNESS_SCRIPT = Uint8Array.of(0x51)
const VALUE = 10_000n
const PUT_AT_ONCE = 20_000
/** Prime, so that its multiples meet every coin before one comes again. */
const STRIDE = 2_147_483_647

/** The set's outpoints look as random as transaction ids do. */
const outPointAt = (i: number): OutPoint => createOutPoint(sha256(new ByteWriter(4).u32(i).finish()) as Txid, 0)

async function fillStore(store: Store, count: number): Promise<void> {
  const output = { value: sats(VALUE), scriptPubKey: createP2wsh(WITNESS_SCRIPT) }
  const value = encodeCoin({ output, height: 1, isCoinbase: false })
  for (let from = 0; from < count; from += PUT_AT_ONCE) {
    const ops: StoreOp[] = []
    for (let i = from; i < Math.min(count, from + PUT_AT_ONCE); i++) {
      ops.push({ type: 'put', key: coinKey(outPointAt(i)), value })
    }
    await store.batch(ops)
  }
}

/** A block that spends coins from all over the set, those of the `number`-th turn. */
function createSpendingBlock(chain: ChainManager, coins: number, number: number): Block {
  const scriptPubKey = createP2wsh(WITNESS_SCRIPT)
  const entries = Array.from({ length: TRANSACTIONS }, (_, i) => {
    const first = 2 * (number * TRANSACTIONS + i)
    const inputs = [first, first + 1].map((nth) => ({
      prevout: outPointAt((nth * STRIDE) % coins),
      scriptSig: new Uint8Array(0),
      sequence: 0xffffffff,
      witness: [WITNESS_SCRIPT],
    }))
    const outputs = inputs.map(() => ({ value: sats(VALUE), scriptPubKey }))
    const tx: Transaction = { version: 2, inputs, outputs, lockTime: 0 }
    return { tx, fee: sats(0), weight: transactionWeight(tx), sigopCost: 0 }
  })
  const previous = chain.tip
  const { block } = createBlockTemplate({
    parameters: REGTEST,
    previous,
    now: previous.time + 600,
    version: 0x20000000,
    scriptPubKey,
    packages: [{ entries }],
    minFeeRate: 0n,
  })
  return mineBlock(block)!
}

/** Puts coins into a store, then connects blocks that spend at random among them. */
export async function measureCoins({ coins, blocks: count, coinsCacheBytes }: Job): Promise<Outcome> {
  boundHeapGrowth()
  chooseCryptoProvider()
  const folder = mkdtempSync(join(tmpdir(), 'ply-coins-'))
  const store = await openLevelStore(join(folder, 'chainstate'))
  const blocks = await BlockStore.open({ folder: join(folder, 'blocks'), magic: REGTEST.magic })
  const chain = await ChainManager.open({
    parameters: REGTEST,
    store,
    blocks,
    clock: new SystemClock(),
    logger: silentLogger,
    ...(coinsCacheBytes !== undefined && { coinsCacheBytes }),
  })
  await fillStore(store, coins)
  const accept = async (block: Block): Promise<void> => {
    unwrap(await chain.acceptBlock(block, { requested: true }))
  }
  await accept(
    mineBlock(
      createBlockTemplate({
        parameters: REGTEST,
        previous: chain.tip,
        now: chain.tip.time + 600,
        version: 0x20000000,
        scriptPubKey: WITNESS_SCRIPT,
      }).block,
    )!,
  )
  const memoryBefore = process.memoryUsage().rss
  let processor = 0
  for (let i = 0; i < count; i++) {
    const block = createSpendingBlock(chain, coins, i)
    const before = processorTime()
    await accept(block)
    processor += processorTime() - before
  }
  const before = processorTime()
  await chain.flush()
  processor += processorTime() - before
  const peakMemory = process.resourceUsage().maxRSS * 1024
  await chain.close()
  await blocks.close()
  await store.close()
  rmSync(folder, { recursive: true })
  return { inputs: count * TRANSACTIONS * 2, memoryBefore, peakMemory, processor }
}
