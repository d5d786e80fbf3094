import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, TestNode } from '../test/testNode.ts'

let alice: TestNode
let bob: TestNode
beforeAll(async () => {
  ;[alice, bob] = await Promise.all([TestNode.start(), TestNode.start()])
  for (const node of [alice, bob]) node.clock.setMockTime(1_700_000_000_000)
})
afterAll(() => Promise.all([alice.remove(), bob.remove()]))

test('a block of a shorter branch is fetched from the peer that has it', async () => {
  await alice.mine(3)
  await bob.call('generatetodescriptor', 2, 'raw(51)')
  const hash = (await bob.json('getbestblockhash')) as string
  expect(await alice.failure('getblockfrompeer', hash, 0)).toBe('-1 Block header missing')
  for (const height of [1, 2]) {
    const wanted = (await bob.json('getblockhash', height)) as string
    await alice.json('submitheader', (await bob.json('getblockheader', wanted, false)) as string)
  }
  expect(await alice.failure('getblockfrompeer', hash, 7)).toBe('-1 Peer does not exist')

  await alice.call('addnode', bob.address, 'onetry')
  await eventually([alice, bob], () => bob.node.chain.tip.height === 3)
  const [peer] = alice.node.peers.peers()
  expect(await alice.failure('getblock', hash)).toBe('-1 Block not available (not fully downloaded)')
  expect(await alice.json('getblockfrompeer', hash, peer!.id)).toEqual({})
  const node = alice.node.chain.tree.tips().find(({ node: tip }) => tip.height === 2)!.node
  await eventually([alice, bob], () => node.data !== undefined)
  expect(await alice.json('getblock', hash)).toMatchObject({ confirmations: -1, height: 2 })
  expect(await alice.failure('getblockfrompeer', hash, peer!.id)).toBe('-1 Block already downloaded')
})
