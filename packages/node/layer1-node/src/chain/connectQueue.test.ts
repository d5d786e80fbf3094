import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Result, unwrap } from '@ply/bytes'
import { BlockNode, COIN_RANGE, createBlockTemplate, TIP_KEY } from '@ply/chain'
import type { BlockViolation } from '@ply/consensus'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import { mineBlock } from '@ply/mining'
import type { Store, StoreOp } from '@ply/ports'
import {
  type Block,
  computeBlockHash,
  computeTxid,
  encodeTransaction,
  REGTEST,
  sats,
  type Transaction,
} from '@ply/primitives'
import { chooseCryptoProvider, silentLogger } from '@ply/runtime'
import { createP2wpkh, type SignatureCheck, verifySignatureCheck } from '@ply/script'
import { openLevelStore } from '@ply/storage'
import { ManualClock } from '@ply/testkit'
import { BlockStore, DamagedDataError } from '../storage/blockStore.ts'
import { spendSigned } from '../test/signedSpend.ts'
import { ChainManager } from './chainManager.ts'

// Hundreds of signatures are made here.
chooseCryptoProvider()

const ANYONE = Uint8Array.of(0x51)
const secretKey = new Uint8Array(32).fill(7)
const OWN = createP2wpkh(hash160(publicKeyFromSecret(secretKey)!))
/** More signatures than this thread would verify by itself. */
const COINS = 70
const clock = new ManualClock(1_700_000_000_000)

let folder: string
let store: Store
let blocks: BlockStore
let chain: ChainManager
/** Signatures that were asked for, one entry for each block, to be answered by the test. */
let asked: { readonly checks: readonly SignatureCheck[]; answer(): void; fail(error: Error): void }[]
let answering: boolean

const signatures = {
  verify: (checks: readonly SignatureCheck[]) =>
    new Promise<Uint8Array>((resolve, reject) => {
      const answer = (): void => {
        resolve(Uint8Array.from(checks, (check) => Number(verifySignatureCheck(check))))
      }
      asked.push({ checks, answer, fail: reject })
      if (answering) answer()
    }),
}

let later: ManualClock

async function open(time = clock): Promise<void> {
  store = await openLevelStore(join(folder, 'chainstate'))
  blocks = await BlockStore.open({ folder: join(folder, 'blocks'), magic: REGTEST.magic })
  chain = await ChainManager.open({ parameters: REGTEST, store, blocks, clock: time, logger: silentLogger, signatures })
}

const outputs = Array.from({ length: COINS }, () => ({ value: sats(1_000_000), scriptPubKey: OWN }))
let fan: Transaction

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-queue-'))
  asked = []
  answering = true
  await open()
  for (let i = 0; i < 101; i++) unwrap(await chain.acceptBlock(makeBlock(chain.tip), { requested: true }))
  const [coinbase] = (await chain.readBlock(chain.tree.active.at(1)!)).transactions
  const inputs = [
    { prevout: { txid: computeTxid(coinbase!), index: 0 }, scriptSig: new Uint8Array(0), sequence: 0, witness: [] },
  ]
  fan = { version: 2, inputs, outputs, lockTime: 0 }
  unwrap(await chain.acceptBlock(makeBlock(chain.tip, fan), { requested: true }))
})
afterEach(async () => {
  await store.close()
  await blocks.close()
  await rm(folder, { recursive: true })
})

function makeBlock(previous: BlockNode, tx?: Transaction): Block {
  const entries = tx ? [{ tx, fee: sats(0), weight: 4 * encodeTransaction(tx).length, sigopCost: 0 }] : []
  const { block } = createBlockTemplate({
    parameters: REGTEST,
    previous,
    now: Math.floor(clock.now() / 1000),
    version: 0x20000000,
    scriptPubKey: ANYONE,
    packages: [{ entries }],
    minFeeRate: 0n,
  })
  return mineBlock(block)!
}

const spendAll = (parent: Transaction, count = COINS): Transaction =>
  spendSigned(parent, COINS, { secretKey, outputs: outputs.slice(0, count) })

/** The same with one signature in another's place. */
const spoil = (tx: Transaction): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((input, i) => (i === 30 ? { ...input, witness: tx.inputs[0]!.witness } : input)),
})

/** Blocks in a row whose headers are known, all stored but the first: with it, all of them are connected at once. */
async function storeBlocks(transactions: readonly Transaction[]): Promise<{ first: Block; nodes: BlockNode[] }> {
  const made: Block[] = []
  const nodes: BlockNode[] = []
  for (const tx of transactions) {
    made.push(makeBlock(nodes.at(-1) ?? chain.tip, tx))
    nodes.push(unwrap(await chain.acceptHeaders([made.at(-1)!.header])))
  }
  for (const block of made.slice(1).reverse()) unwrap(await chain.acceptBlock(block, { requested: true }))
  return { first: made[0]!, nodes }
}

/** Every coin of a chain, as one text. */
const coins = (of = chain): Promise<string> =>
  of.withFlushedStore(async (flushed) => {
    const all: string[] = []
    for await (const [key, value] of flushed.iterate(COIN_RANGE)) all.push(Buffer.concat([key, value]).toString('hex'))
    return all.join('\n')
  })

/** The coins of the same blocks connected one after another, each when the one before is done. */
async function coinsOneByOne(): Promise<string> {
  const other = join(folder, 'other')
  const otherStore = await openLevelStore(join(other, 'chainstate'))
  const otherBlocks = await BlockStore.open({ folder: join(other, 'blocks'), magic: REGTEST.magic })
  const fields = { parameters: REGTEST, store: otherStore, blocks: otherBlocks, clock, logger: silentLogger }
  const oneByOne = await ChainManager.open(fields)
  for (let height = 1; height <= chain.tip.height; height++) {
    const block = await chain.readBlock(chain.tree.active.at(height)!)
    unwrap(await oneByOne.acceptBlock(block, { requested: true }))
  }
  const all = await coins(oneByOne)
  await otherStore.close()
  await otherBlocks.close()
  return all
}

/** Resolves once signatures of so many blocks were asked for. */
async function untilAsked(count: number): Promise<void> {
  while (asked.length < count) await new Promise((resolve) => setImmediate(resolve))
}

test('the next blocks run on top of one whose signatures are still verified, and join in order', async () => {
  const second = spendAll(fan)
  const third = spendAll(second)
  const { first, nodes } = await storeBlocks([second, third, spendAll(third)])
  const heard: number[] = []
  chain.subscribe({ blockConnected: ({ node }) => void heard.push(node.height) })
  answering = false
  const accepted = chain.acceptBlock(first, { requested: true })
  await untilAsked(3)
  expect(chain.tip.height).toBe(102)
  for (const { answer } of [...asked].reverse()) answer()
  unwrap(await accepted)
  expect(chain.tip).toBe(nodes[2])
  expect(heard).toEqual([103, 104, 105])
  expect(await coins()).toBe(await coinsOneByOne())
})

test('a bad signature takes the blocks on top with it, and nothing of them is seen', async () => {
  const before = await coins()
  const bad = spoil(spendAll(fan))
  const { first, nodes } = await storeBlocks([bad, spendAll(bad), spendAll(spendAll(bad))])
  const heard: string[] = []
  chain.subscribe({
    blockConnected: ({ node }) => void heard.push(`+${node.height}`),
    blockInvalid: ({ height }, { reason }) => void heard.push(`${height} ${reason}`),
  })
  answering = false
  const accepted = chain.acceptBlock(first, { requested: true })
  await untilAsked(3)
  for (const { answer } of [...asked].reverse()) answer()
  const reason =
    'block-script-verify-flag-failed (Script evaluated without error but finished with a false/empty top stack element)'
  expect(await accepted).toMatchObject({ ok: false, error: { reason } })
  expect(heard).toEqual([`103 ${reason}`])
  expect(chain.tip.height).toBe(102)
  expect(nodes.map((node) => node.failed)).toEqual([true, true, true])
  expect(nodes.map((node) => node.validity)).toEqual(['transactions', 'transactions', 'transactions'])
  expect(chain.violationOf(nodes[1]!)?.reason).toBe('duplicate-invalid')
  expect(await coins()).toBe(before)
  // The coins that they spent are there for another.
  answering = true
  unwrap(await chain.acceptBlock(makeBlock(chain.tip, spendAll(fan)), { requested: true }))
  expect(chain.tip.height).toBe(103)
})

test('a block that breaks a rule on top of one in flight is judged once that one is good', async () => {
  const second = spendAll(fan)
  const { first, nodes } = await storeBlocks([second, spendAll(fan, 1), spendAll(second)])
  answering = false
  const accepted = chain.acceptBlock(first, { requested: true })
  await untilAsked(1)
  expect(nodes[1]!.failed).toBe(false)
  asked[0]!.answer()
  unwrap(await accepted)
  expect(chain.tip).toBe(nodes[0])
  expect(chain.violationOf(nodes[1]!)?.reason).toBe('bad-txns-inputs-missingorspent')
  expect(nodes[2]!.failed).toBe(true)
  expect(asked).toHaveLength(1)
})

/** As in initial download: blocks of long ago come one after another, and nobody waits for the one before. */
function sendAll(sent: readonly Block[]): Promise<Result<BlockNode, BlockViolation>>[] {
  later.advance(2 * 24 * 3600_000)
  return sent.map((block) => chain.acceptBlock(block, { requested: true }))
}

/** Blocks in a row on the tip, each with one of these transactions; nobody was told of them. */
function makeBlocks(transactions: readonly Transaction[]): Block[] {
  let previous = chain.tip
  return transactions.map((tx) => {
    const block = makeBlock(previous, tx)
    previous = new BlockNode(block.header, previous)
    return block
  })
}

describe('blocks that peers send in initial download', () => {
  beforeEach(async () => {
    // What latched so far is forgotten.
    await chain.close()
    await store.close()
    await blocks.close()
    later = new ManualClock(clock.now() + 2 * 24 * 3600_000)
    await open(later)
    asked = []
    answering = false
  })

  test('are stored and begun with while the signatures of those before are verified', async () => {
    const second = spendAll(fan)
    const third = spendAll(second)
    const sent = makeBlocks([second, third, spendAll(third)])
    const before = await coins()
    const tips: number[] = []
    chain.subscribe({ tipChanged: (tip) => void tips.push(tip.height) })
    const verdicts = sendAll(sent)
    await untilAsked(3)
    expect([chain.tip.height, tips]).toEqual([102, []])
    expect(sent.map(({ header }) => chain.find(computeBlockHash(header))?.data)).not.toContain(undefined)
    asked[0]!.answer()
    unwrap(await verdicts[0]!)
    expect(chain.tip.height).toBe(103)
    asked[2]!.answer()
    asked[1]!.answer()
    for (const verdict of verdicts) unwrap(await verdict)
    expect([chain.tip.height, tips]).toEqual([105, [103, 104, 105]])
    answering = true
    expect(await coins()).toBe(await coinsOneByOne())
    expect(before).not.toBe(await coins())
  })

  test('are joined before anything else has its turn', async () => {
    const verdicts = sendAll(makeBlocks([spendAll(fan)]))
    await untilAsked(1)
    const height = chain.exclusive(() => Promise.resolve(chain.tip.height))
    asked[0]!.answer()
    expect(await height).toBe(103)
    unwrap(await verdicts[0]!)
  })

  test('are each judged for themselves: a bad one takes those on top with it, and another chain goes on', async () => {
    const second = spendAll(fan)
    const rival = makeBlock(chain.tip)
    const third = spendAll(second)
    const sent = makeBlocks([second, spoil(third), spendAll(third)])
    const verdicts = sendAll(sent)
    await untilAsked(3)
    const other = chain.acceptBlock(rival, { requested: true })
    for (const { answer } of asked) answer()
    const reasons = (await Promise.all(verdicts)).map((verdict) => (verdict.ok ? 'ok' : verdict.error.reason))
    expect(reasons[1]).toMatch(/block-script-verify-flag-failed|mandatory-script/)
    expect([reasons[0], reasons[2]]).toEqual(['ok', 'ok'])
    expect(chain.find(computeBlockHash(sent[2]!.header))?.failed).toBe(true)
    unwrap(await other)
    expect(chain.tip.height).toBe(103)
    expect(chain.tip.hash).toEqual(computeBlockHash(sent[0]!.header))
  })

  test('in any order are all connected once the first is there', async () => {
    const second = spendAll(fan)
    const third = spendAll(second)
    const [first, ...others] = makeBlocks([second, third, spendAll(third), spendAll(spendAll(third))])
    for (const { header } of [first!, ...others]) unwrap(await chain.acceptHeaders([header]))
    answering = true
    for (const verdict of sendAll([...others.reverse(), first!])) unwrap(await verdict)
    expect(chain.tip.height).toBe(106)
  })

  test('wait no longer where the chain stops', async () => {
    const verdicts = sendAll(makeBlocks([spendAll(fan)]))
    await untilAsked(1)
    asked[0]!.fail(new Error('a thread died'))
    await expect(verdicts[0]).rejects.toThrow('a thread died')
    await expect(chain.exclusive(() => Promise.resolve())).rejects.toThrow('the chain stopped')
  })
})

test('a process that dies with blocks in flight has changed nothing, and finds them again', async () => {
  const second = spendAll(fan)
  const third = spendAll(second)
  const { first, nodes } = await storeBlocks([second, third])
  answering = false
  void chain.acceptBlock(first, { requested: true })
  await untilAsked(2)
  await store.close()
  await blocks.close()
  answering = true
  await open()
  // Also the block that came last, which the index knew nothing of.
  expect(chain.tip.hash).toEqual(nodes[1]!.hash)
  unwrap(await chain.acceptBlock(first, { requested: true }))
  expect(await coins()).toBe(await coinsOneByOne())
})

test('a stored block that is not what its header commits to stops the node, and is not called invalid', async () => {
  const { data, hash } = chain.tip
  const path = join(folder, 'blocks/blk00000.dat')
  const flipByte = async (): Promise<void> => {
    const file = await readFile(path)
    file[data!.offset + 500]! ^= 1
    await writeFile(path, file)
  }
  await chain.close()
  await flipByte()
  // As when the coins are built anew.
  const coins: StoreOp[] = [{ type: 'del', key: TIP_KEY }]
  for await (const [key] of store.iterate(COIN_RANGE)) coins.push({ type: 'del', key })
  await store.batch(coins)
  const fields = { parameters: REGTEST, store, blocks, clock, logger: silentLogger }
  await expect(ChainManager.open(fields)).rejects.toThrow(DamagedDataError)
  await flipByte()
  chain = await ChainManager.open(fields)
  expect(chain.tip.hash).toEqual(hash)
})
