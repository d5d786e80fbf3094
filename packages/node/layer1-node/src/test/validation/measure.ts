import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, ByteWriter } from '@ply/bytes'
import { installProvider, nobleProvider } from '@ply/crypto'
import type { Store, StoreOp } from '@ply/ports'
import { encodeBlock, REGTEST } from '@ply/primitives'
import { boundHeapGrowth, chooseCryptoProvider, createSignaturePool, silentLogger, SystemClock } from '@ply/runtime'
import { openLevelStore } from '@ply/storage'
import { ChainManager } from '../../chain/chainManager.ts'
import { BlockStore } from '../../storage/blockStore.ts'
import { mainThreadTime, processorTime } from './processorTime.ts'
import { type Phase, startProfile } from './profile.ts'

export interface Job {
  /** Blocks behind genesis as they stand in blk files. */
  readonly chainFile: string
  /** `noble`: pure JavaScript, no threads. */
  readonly provider: 'fastest' | 'noble'
  readonly profile: boolean
}

/** What validating all blocks took, from the first one read to the last coin written. */
export interface Outcome {
  readonly provider: string
  readonly height: number
  readonly inputs: number
  /** Milliseconds. */
  readonly wall: number
  readonly processor: number
  readonly mainThread: number | undefined
  /** Shares of the main thread's time. */
  readonly phases: readonly (readonly [phase: Phase, share: number])[]
  /** Bytes. */
  readonly peakMemory: number
  /** Microseconds of processor time to write one coin in a large batch: what the store cannot do without. */
  readonly coinWrite: number
}

/** A data folder as Bitcoin Core might have left it: one block file, no index, no coins. */
function createFolder(chainFile: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ply-validation-'))
  mkdirSync(join(folder, 'blocks'))
  const genesis = encodeBlock(REGTEST.genesis)
  const first = new ByteWriter().bytes(REGTEST.magic).u32(genesis.length).bytes(genesis).finish()
  writeFileSync(join(folder, 'blocks/blk00000.dat'), Buffer.concat([first, readFileSync(chainFile)]))
  return folder
}

const COINS_WRITTEN = 50_000

/** All threads of LevelDB included. */
async function measureCoinWrite(store: Store): Promise<number> {
  const ops: StoreOp[] = Array.from({ length: COINS_WRITTEN }, (_, i) => ({
    type: 'put',
    key: new ByteWriter(40)
      .u32BE((i * 2_654_435_761) % 2 ** 32)
      .bytes(new Uint8Array(33))
      .finish(),
    value: new Uint8Array(30),
  }))
  const before = processorTime()
  await store.batch(ops, { sync: true })
  return (1000 * (processorTime() - before)) / COINS_WRITTEN
}

/** Indexes the block files, then measures how the node makes the coins from them: every rule, every signature. */
export async function measureNode({ chainFile, provider, profile }: Job): Promise<Outcome> {
  const folder = createFolder(chainFile)
  boundHeapGrowth()
  const chosen = provider === 'noble' ? nobleProvider : chooseCryptoProvider()
  installProvider(chosen)
  const store = await openLevelStore(join(folder, 'chainstate'))
  const blocks = await BlockStore.open({ folder: join(folder, 'blocks'), magic: REGTEST.magic })
  const signatures = provider === 'noble' ? undefined : createSignaturePool()
  const fields = { parameters: REGTEST, store, blocks, clock: new SystemClock(), logger: silentLogger }
  let begun: { wall: number; processor: number; mainThread: number | undefined } | undefined
  let watch: ReturnType<typeof startProfile> | undefined
  let inputs = 0
  const chain = await ChainManager.open({
    ...fields,
    ...(signatures && { signatures }),
    reindex: true,
    progress: (task) => {
      if (task !== 'connecting blocks' || begun) return
      begun = { wall: performance.now(), processor: processorTime(), mainThread: mainThreadTime() }
      if (profile) watch = startProfile()
    },
  })
  await chain.flush()
  assert(begun !== undefined, 'blocks were connected')
  const wall = performance.now() - begun.wall
  const processor = processorTime() - begun.processor
  const after = mainThreadTime()
  const phases = [...(watch?.stop() ?? [])]
  const peakMemory = process.resourceUsage().maxRSS * 1024
  for (let height = 1; height <= chain.tip.height; height++) {
    const undo = await chain.readUndo(chain.tree.active.at(height)!)
    inputs += undo!.reduce((sum, coins) => sum + coins.length, 0)
  }
  const mainThread = after === undefined ? undefined : after - begun.mainThread!
  await chain.close()
  const coinWrite = await measureCoinWrite(store)
  await signatures?.close()
  await blocks.close()
  await store.close()
  rmSync(folder, { recursive: true })
  return {
    provider: chosen.name,
    height: chain.tip.height,
    inputs,
    wall,
    processor,
    mainThread,
    phases,
    peakMemory,
    coinWrite,
  }
}
