import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createMuHashUtxoHash, MuHash } from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import { visitCoins } from '../chain/frozenCoins.ts'
import { hexOf, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
afterEach(() => node.remove())

type Info = Readonly<Record<string, unknown>>
const info = async (...params: Parameters<TestNode['json']> extends [string, ...infer Rest] ? Rest : never) =>
  (await node.json('gettxoutsetinfo', 'muhash', ...params)) as Info

/** What both ways of counting say. */
const shared = ({ height, bestblock, txouts, bogosize, muhash, total_amount }: Info): Info => ({
  height,
  bestblock,
  txouts,
  bogosize,
  muhash,
  total_amount,
})
const counted = async (): Promise<Info> => shared(await info(null, false))

test('says at every block what a count of all coins said there', async () => {
  node = await TestNode.start({ coinStatsIndex: true })
  const counts: Info[] = []
  await node.mine(100)
  for (let height = 101; height < 104; height++) {
    await node.call('sendrawtransaction', hexOf(spend(await node.coinbase(height - 100))))
    await node.mine(1)
    counts.push(await counted())
    expect(shared(await info())).toEqual(counts.at(-1))
  }
  for (const count of counts) {
    expect(shared(await info(count['height'] as number))).toEqual(count)
    expect(shared(await info(count['bestblock'] as string))).toEqual(count)
  }
  expect(await info(102)).toMatchObject({
    total_unspendable_amount: 50,
    block_info: {
      prevout_spent: 50,
      coinbase: 50.00001,
      new_outputs_ex_coinbase: 49.99999,
      unspendable: 0,
      unspendables: { genesis_block: 0, bip30: 0, scripts: 0, unclaimed_rewards: 0 },
    },
  })
  expect(await info(0)).toMatchObject({
    txouts: 0,
    muhash: hashToDisplay(new MuHash().digest()),
    block_info: { unspendable: 50, unspendables: { genesis_block: 50 } },
  })
})

test('goes on after a restart, and follows a reorg that it saw and one that it did not see', async () => {
  node = await TestNode.start({ coinStatsIndex: true })
  await node.mine(101)
  await node.call('sendrawtransaction', hexOf(spend(await node.coinbase(1))))
  await node.mine(2)
  const left = await counted()
  await node.restart({ coinStatsIndex: true })
  expect(shared(await info())).toEqual(left)
  const reorganise = async (): Promise<void> => {
    await node.node.chain.invalidate(node.node.chain.tree.active.at(102)!)
    await node.call('generatetodescriptor', 3, 'raw(5151)')
  }
  await reorganise()
  expect(shared(await info())).toEqual(await counted())
  // A block that left the chain can still be asked for.
  expect(shared(await info(left['bestblock'] as string))).toEqual(left)
  await node.restart({ coinStatsIndex: false })
  await node.node.chain.invalidate(node.node.chain.tree.active.at(101)!)
  await node.call('generatetodescriptor', 6, 'raw(5252)')
  await node.restart({ coinStatsIndex: true })
  await node.node.coinStatsIndex!.sync.caughtUp
  expect(shared(await info())).toEqual(await counted())
})

test('catches up in the background, and says what cannot be asked of it', async () => {
  node = await TestNode.start()
  await node.mine(120)
  expect(await node.failure('gettxoutsetinfo', 'muhash', 5)).toBe(
    '-8 Querying specific block heights requires coinstatsindex',
  )
  await node.restart({ coinStatsIndex: true })
  await node.node.coinStatsIndex!.sync.caughtUp
  const hash = createMuHashUtxoHash()
  await visitCoins(node.node.chain, node.node.interrupted, async (coins) => {
    for await (const [outpoint, coin] of coins) hash.add(outpoint, coin)
  })
  expect(await info()).toMatchObject({ height: 120, muhash: hashToDisplay(hash.digest()) })
  expect(await node.failure('gettxoutsetinfo', 'hash_serialized_3', 5)).toBe(
    '-8 hash_serialized_3 hash type cannot be queried for a specific block',
  )
  expect(await node.failure('gettxoutsetinfo', 'muhash', 5, false)).toBe(
    '-8 Cannot set use_index to false when querying for a specific block',
  )
})

test('begins anew where blocks that it had are lost, as after a power cut', async () => {
  const other = await TestNode.start({ coinStatsIndex: true })
  node = await TestNode.start()
  try {
    await other.mine(3)
    await node.call('generatetodescriptor', 2, 'raw(5151)')
    for (let height = 1; height <= 3; height++) {
      const hash = (await other.json('getblockhash', height)) as string
      await node.call('submitheader', (await other.json('getblockheader', hash, false)) as string)
    }
    await other.node.stop()
    await node.node.stop()
    const [from, to] = [other, node].map((each) => join(each.node.folder.indexes, 'coinstatsindex'))
    await cp(from!, to!, { recursive: true })
    await node.restart({ coinStatsIndex: true })
    expect(node.node.chain.tip.height).toBe(2)
    expect(shared(await info())).toEqual(await counted())
  } finally {
    await other.remove()
  }
})
