import { hash160, publicKeyFromSecret } from '@ply/crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COIN_RANGE, createBlockTemplate } from '@ply/chain'
import { mineBlock } from '@ply/mining'
import type { Store } from '@ply/ports'
import {
  type Block,
  computeTxid,
  encodeBlock,
  encodeTransaction,
  hashToDisplay,
  REGTEST,
  sats,
  type Transaction,
} from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { createP2wpkh, verifySignatureCheck } from '@ply/script'
import { openLevelStore } from '@ply/storage'
import { ManualClock } from '@ply/testkit'
import { BlockStore } from '../storage/blockStore.ts'
import { spendSigned } from '../test/signedSpend.ts'
import type { ChainListener } from './chainListener.ts'
import { ChainManager } from './chainManager.ts'
import type { SignatureVerifier } from './signatureBatches.ts'

const ANYONE = Uint8Array.of(0x51)
let folder: string
let store: Store
let blocks: BlockStore
let chain: ChainManager
const clock = new ManualClock(1_700_000_000_000)

async function open(signatures?: SignatureVerifier): Promise<void> {
  store = await openLevelStore(join(folder, 'chainstate'))
  blocks = await BlockStore.open({ folder: join(folder, 'blocks'), magic: REGTEST.magic })
  chain = await ChainManager.open({
    parameters: REGTEST,
    store,
    blocks,
    clock,
    logger: silentLogger,
    ...(signatures && { signatures }),
  })
}
/** Lets go of the files without writing anything more, as a killed process does. */
async function crash(): Promise<void> {
  await store.close()
  await blocks.close()
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-chain-'))
  await open()
})
afterEach(async () => {
  await crash()
  await rm(folder, { recursive: true })
})

function makeBlock(previous = chain.tip, script = ANYONE): Block {
  const now = Math.floor(clock.now() / 1000)
  const { block } = createBlockTemplate({
    parameters: REGTEST,
    previous,
    now,
    version: 0x20000000,
    scriptPubKey: script,
  })
  return mineBlock(block)!
}
async function mine(count: number, from = chain.tip, script = ANYONE) {
  let node = from
  for (let i = 0; i < count; i++) {
    const accepted = await chain.acceptBlock(makeBlock(node, script), { requested: true })
    if (!accepted.ok) throw new Error(accepted.error.reason)
    node = accepted.value
  }
  return node
}
async function countCoins(): Promise<number> {
  return chain.withFlushedStore(async (flushed) => {
    let count = 0
    for await (const entry of flushed.iterate(COIN_RANGE)) count += entry.length / 2
    return count
  })
}

test('starts with genesis, connects blocks, and keeps them over a clean stop', async () => {
  expect(chain.tip.height).toBe(0)
  const tip = await mine(12)
  await chain.close()
  await crash()
  await open()
  expect(hashToDisplay(chain.tip.hash)).toBe(hashToDisplay(tip.hash))
  expect(await countCoins()).toBe(12)
})

test('a process that dies loses no block: the coins are caught up from the stored blocks', async () => {
  await mine(5)
  await chain.flush()
  const tip = await mine(7)
  await crash()
  await open()
  expect(chain.tip.hash).toEqual(tip.hash)
  expect(await countCoins()).toBe(12)
})

test('dying behind a reorg leads back to the chain that was active, from coins of the other', async () => {
  const fork = await mine(3)
  await mine(2)
  await chain.flush()
  const better = await mine(3, fork, Uint8Array.of(0x52))
  expect(chain.tip).toBe(better)
  await crash()
  await open()
  expect(chain.tip.hash).toEqual(better.hash)
  expect(await countCoins()).toBe(6)
  // Of two equally good chains, the one that was active stays so.
  const rival = await mine(3, chain.tip.ancestor(3)!, Uint8Array.of(0x53))
  await chain.precious(rival)
  expect(chain.tip).toBe(rival)
  await crash()
  await open()
  expect(chain.tip.hash).toEqual(rival.hash)
})

test('listeners hear of blocks leaving and joining, in order', async () => {
  const heard: string[] = []
  const listener: ChainListener = {
    blockConnected: ({ node }) => void heard.push(`+${node.height}`),
    blockDisconnected: ({ node }) => void heard.push(`-${node.height}`),
    tipChanged: (tip, fork) => void heard.push(`=${tip.height}/${fork?.height}`),
  }
  const fork = await mine(2)
  const unsubscribe = chain.subscribe(listener)
  await mine(1)
  await mine(2, fork, Uint8Array.of(0x52))
  unsubscribe()
  await mine(1)
  expect(heard.join(' ')).toBe('+3 =3/2 -3 +3 +4 =4/2')
})

test('invalid blocks are refused with their reason and never tried again', async () => {
  await mine(1)
  const good = makeBlock()
  const [coinbase] = good.transactions
  const greedy = {
    ...coinbase!,
    outputs: coinbase!.outputs.map((o, i) => (i === 0 ? { ...o, value: (o.value + 1n) as typeof o.value } : o)),
  }
  const broken = await chain.acceptBlock({ ...good, transactions: [greedy] }, { requested: true })
  expect(broken).toMatchObject({ ok: false, error: { reason: 'bad-txnmrklroot' } })
  const block = mineBlock({
    header: { ...good.header, merkleRoot: computeTxid(greedy), nonce: 0 },
    transactions: [greedy],
  })!
  expect(await chain.acceptBlock(block, { requested: true })).toMatchObject({
    ok: false,
    error: { reason: 'bad-cb-amount' },
  })
  expect(await chain.acceptBlock(block, { requested: true })).toMatchObject({
    ok: false,
    error: { reason: 'duplicate-invalid' },
  })
  expect(chain.tip.height).toBe(1)
  expect((await chain.acceptBlock(good, { requested: true })).ok).toBe(true)
  expect(chain.tip.height).toBe(2)
})

test('invalidateblock leads back, reconsiderblock forward', async () => {
  const tip = await mine(5)
  const third = tip.ancestor(3)!
  expect(await chain.invalidate(third)).toBe(true)
  expect(chain.tip.height).toBe(2)
  expect(await countCoins()).toBe(2)
  await chain.reconsider(third)
  expect(chain.tip).toBe(tip)
  expect(await chain.invalidate(chain.tree.genesis)).toBe(false)
})

test('blocks that came before their parents wait; headers alone do not move the tip', async () => {
  const made: Block[] = []
  let parent = chain.tip
  for (let i = 0; i < 3; i++) {
    const block = makeBlock(parent)
    made.push(block)
    const headers = await chain.acceptHeaders([block.header])
    if (!headers.ok) throw new Error(headers.error.reason)
    parent = headers.value
  }
  expect(chain.tip.height).toBe(0)
  for (const block of [made[2]!, made[1]!]) await chain.acceptBlock(block, { requested: true })
  expect(chain.tip.height).toBe(0)
  await chain.acceptBlock(made[0]!, { requested: true })
  expect(chain.tip.height).toBe(3)
  expect(encodeBlock(await chain.readBlock(chain.tip))).toEqual(encodeBlock(made[2]!))
})

test('the signatures of a large block are verified by others; a bad one is found all the same', async () => {
  const secretKey = new Uint8Array(32).fill(7)
  const script = createP2wpkh(hash160(publicKeyFromSecret(secretKey)!))
  await mine(101)
  const coinbase = (await chain.readBlock(chain.tree.active.at(1)!)).transactions[0]!
  const shares = Array.from({ length: 80 }, () => ({ value: sats(1_000_000), scriptPubKey: script }))
  const fan: Transaction = {
    version: 2,
    inputs: [
      { prevout: { txid: computeTxid(coinbase), index: 0 }, scriptSig: new Uint8Array(0), sequence: 0, witness: [] },
    ],
    outputs: shares,
    lockTime: 0,
  }
  const template = (tx: Transaction): Block => {
    const entries = [{ tx, fee: sats(0), weight: 4 * encodeTransaction(tx).length, sigopCost: 0 }]
    const { block } = createBlockTemplate({
      parameters: REGTEST,
      previous: chain.tip,
      now: Math.floor(clock.now() / 1000),
      version: 0x20000000,
      scriptPubKey: ANYONE,
      packages: [{ entries }],
      minFeeRate: 0n,
    })
    return mineBlock(block)!
  }
  await chain.acceptBlock(template(fan), { requested: true })
  expect(chain.tip.height).toBe(102)
  await chain.close()
  await crash()

  const asked: number[] = []
  await open({
    verify: (checks) => {
      asked.push(checks.length)
      return Promise.resolve(Uint8Array.from(checks, (check) => Number(verifySignatureCheck(check))))
    },
  })
  const good = spendSigned(fan, 80, { secretKey, outputs: [{ value: sats(80_000_000), scriptPubKey: ANYONE }] })
  const bad = {
    ...good,
    inputs: good.inputs.map((input, i) => (i === 50 ? { ...input, witness: good.inputs[0]!.witness } : input)),
  }
  expect(await chain.acceptBlock(template(bad), { requested: true })).toMatchObject({
    ok: false,
    error: { reason: expect.stringContaining('block-script-verify-flag-failed') as string },
  })
  expect((await chain.acceptBlock(template(good), { requested: true })).ok).toBe(true)
  expect(asked).toEqual([80, 80])
})
