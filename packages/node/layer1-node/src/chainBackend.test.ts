import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Transaction } from '@ply/primitives'
import { createChainBackend, type LocalChainBackend } from './chainBackend.ts'
import { idOf, spend, TestNode } from './test/testNode.ts'

let node: TestNode
let backend: LocalChainBackend

beforeEach(async () => {
  node = await TestNode.start()
  await node.mine(101)
  backend = createChainBackend(node.node)
})
afterEach(() => node.remove())

/** A transaction without a fee of its own, and one that pays for both. */
async function family(): Promise<{ parent: Transaction; child: Transaction }> {
  const parent = spend(await node.coinbase(1), 0n)
  return { parent, child: spend(parent, 5000n) }
}

test('a transaction without a fee gets in with the child that pays for it', async () => {
  const { parent, child } = await family()
  expect(await backend.broadcast(parent)).toEqual({
    ok: false,
    error: expect.stringContaining('min relay fee not met'),
  })
  expect((await backend.broadcast(child)).ok).toBe(false)
  expect(await backend.broadcast(child, parent)).toMatchObject({ ok: true })
  expect(await node.call('getrawmempool')).toEqual(expect.arrayContaining([idOf(parent), idOf(child)]))
  // Again, as after each block: they are there.
  expect(await backend.broadcast(child, parent)).toMatchObject({ ok: true })
})

test('a child that does not pay enough for both is refused with its parent', async () => {
  const { parent } = await family()
  const refused = await backend.broadcast(spend(parent, 1n), parent)
  expect(refused).toEqual({ ok: false, error: expect.stringContaining('min relay fee not met') })
  expect(await node.call('getrawmempool')).toEqual([])
})
