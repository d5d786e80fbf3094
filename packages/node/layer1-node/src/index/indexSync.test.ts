import type { BlockNode } from '@ply/chain'
import type { StoreOp } from '@ply/ports'
import { silentLogger } from '@ply/runtime'
import { MemoryStore } from '@ply/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import { TestNode } from '../test/testNode.ts'
import { type ChainIndex, IndexSync } from './indexSync.ts'

let node: TestNode
beforeEach(async () => {
  node = await TestNode.start({ txIndex: false, blockFilterIndex: false })
})
afterEach(() => node.remove())

/** Notes what it is told. */
class Recorder implements ChainIndex {
  readonly name = 'recorder'
  readonly thread = 'recorder'
  readonly store = new MemoryStore()
  readonly told: string[] = []
  /** The height of a block that it cannot take in. */
  failsAt: number | undefined

  add({ node: { height } }: ConnectedBlock): StoreOp[] {
    if (height === this.failsAt) throw new Error('disk full')
    this.told.push(`add ${height}`)
    return []
  }
  async rewind(to: BlockNode, left: AsyncIterable<ConnectedBlock>): Promise<StoreOp[]> {
    for await (const { node: gone, block } of left) this.told.push(`undo ${gone.height} (${block.transactions.length})`)
    this.told.push(`rewind ${to.height}`)
    return []
  }
}

async function follow(recorder: Recorder): Promise<IndexSync> {
  const { chain } = node.node
  const sync = await IndexSync.open(recorder, { chain, store: recorder.store, logger: silentLogger })
  await sync.start()
  return sync
}

test('blocks that left the chain are taken back when others take their place, the last one first', async () => {
  const { chain } = node.node
  await node.mine(2)
  const recorder = new Recorder()
  const sync = await follow(recorder)
  await node.mine(1)
  await chain.invalidate(chain.tree.active.at(2)!)
  await sync.settled()
  expect(recorder.told).toEqual(['add 0', 'add 1', 'add 2', 'add 3'])
  expect([sync.bestHeight, sync.synced]).toEqual([3, true])
  await node.call('generatetodescriptor', 1, 'raw(51)')
  await sync.settled()
  expect(recorder.told.splice(0)).toEqual(
    ['add 0', 'add 1', 'add 2', 'add 3'].concat(['undo 3 (1)', 'undo 2 (1)', 'rewind 1', 'add 2']),
  )
  await sync.close()
  // What happens meanwhile is made up for at the next start.
  await chain.invalidate(chain.tree.active.at(2)!)
  await node.call('generatetodescriptor', 2, 'raw(52)')
  await (await follow(recorder)).close()
  expect(recorder.told).toEqual(['undo 2 (1)', 'rewind 1', 'add 2', 'add 3'])
})

test('an index that fails stays where it is, and the chain goes on', async () => {
  const recorder = new Recorder()
  const sync = await follow(recorder)
  recorder.failsAt = 2
  await node.mine(3)
  await sync.settled()
  expect(recorder.told).toEqual(['add 0', 'add 1'])
  expect([sync.bestHeight, sync.synced]).toEqual([1, false])
  expect(node.node.chain.tip.height).toBe(3)
  await sync.close()
  recorder.failsAt = undefined
  const again = await follow(recorder)
  expect(recorder.told).toEqual(['add 0', 'add 1', 'add 2', 'add 3'])
  await again.close()
})
