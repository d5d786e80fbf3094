import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { hexOf, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  await node.mine(101)
})
afterAll(() => node.remove())

test('finds the blocks that pay a script, and those that spend of it', async () => {
  const [paid] = (await node.json('generatetodescriptor', 1, 'raw(5151)')) as string[]
  await node.mine(1)
  const whole = await node.json('scanblocks', 'start', ['raw(5151)'])
  expect(whole).toMatchObject({ from_height: 0, to_height: 103, completed: true })
  expect(whole).toMatchObject({ relevant_blocks: expect.arrayContaining([paid]) as unknown })
  const exactly = { filter_false_positives: true }
  const from = (start: number, stop: number) =>
    node.json('scanblocks', 'start', ['raw(5151)'], start, stop, 'basic', exactly)
  expect(await from(102, 103)).toMatchObject({ from_height: 102, relevant_blocks: [paid] })
  expect(await from(103, 103)).toMatchObject({ relevant_blocks: [] })

  await node.call('sendrawtransaction', hexOf(spend(await node.coinbase(1))))
  const [spent] = (await node.json('generatetodescriptor', 1, 'raw(52)')) as string[]
  const script = bytesToHex((await node.coinbase(1)).outputs[0]!.scriptPubKey)
  expect(await node.json('scanblocks', 'start', [`raw(${script})`], 104)).toMatchObject({ relevant_blocks: [spent] })
})

test('says when there is nothing to tell of, and what cannot be scanned', async () => {
  expect(await node.json('scanblocks', 'status')).toBeNull()
  expect(await node.json('scanblocks', 'abort')).toBe(false)
  expect(await node.failure('scanblocks', 'walk')).toBe("-8 Invalid action 'walk'")
  expect(await node.failure('scanblocks', 'start', ['raw(51)'], 1000)).toBe('-1 Invalid start_height')
  expect(await node.failure('scanblocks', 'start', ['raw(51)'], 5, 4)).toBe('-1 Invalid stop_height')
  expect(await node.failure('scanblocks', 'start', ['raw(51)'], 0, 5, 'extended')).toBe('-5 Unknown filtertype')
})
