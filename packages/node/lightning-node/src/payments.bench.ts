import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, bench, describe } from 'vitest'
import { chooseCryptoProvider } from '@ply/runtime'
import { openLevelStore } from '@ply/storage'
import { TestNetwork, type TestNode } from './test/testNetwork.ts'

// Whole payments between two nodes over TCP, each with its own LevelDB synced before every message.

const provider = chooseCryptoProvider()
const folder = mkdtempSync(join(tmpdir(), 'ply-bench-'))
const network = new TestNetwork()
const stores = [await openLevelStore(join(folder, 'alice')), await openLevelStore(join(folder, 'bob'))]
const alice = await network.add('alice', stores[0])
const bob = await network.add('bob', stores[1])
await network.fund(alice, 20_000_000n)
await network.open(alice, bob, 16_000_000)
let label = 0

afterAll(async () => {
  await network.stop()
  await Promise.all(stores.map((store) => store.close()))
  rmSync(folder, { recursive: true, force: true })
})

async function pay(from: TestNode, to: TestNode): Promise<void> {
  const invoice = await to.call('invoice', [1000, `payment ${label++}`, 'tea'])
  await from.call('pay', [invoice['bolt11'] as string])
}

const AT_ONCE = 20
const few = { time: 2000, iterations: 5, warmupIterations: 5, warmupTime: 1000 }

describe(`payments over one channel with ${provider.name}`, () => {
  bench('one after the other', () => pay(alice, bob), few)
  bench(
    `${AT_ONCE} at once`,
    () => Promise.all(Array.from({ length: AT_ONCE }, () => pay(alice, bob))).then(() => undefined),
    few,
  )
})
