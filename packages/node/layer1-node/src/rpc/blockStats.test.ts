import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hexToBytes, unwrap } from '@ply/bytes'
import { decodeBlock } from '@ply/primitives'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { TestNode } from '../test/testNode.ts'

interface Vectors {
  readonly blocks: readonly string[]
  readonly mocktime: number
  readonly stats: readonly (Record<string, unknown> & { readonly height: number; readonly blockhash: string })[]
}

describe.skipIf(!hasVectors)(`getblockstats${hasVectors ? '' : `: ${missingReason}`}`, () => {
  let node: TestNode
  let vectors: Vectors
  beforeAll(async () => {
    vectors = readVectorJson('bitcoin-core/rpc_getblockstats.json') as Vectors
    node = await TestNode.start()
    node.clock.setMockTime(vectors.mocktime * 1000)
    for (const hex of vectors.blocks.slice(1)) {
      unwrap(await node.node.chain.acceptBlock(unwrap(decodeBlock(hexToBytes(hex))), { requested: true }))
    }
  })
  afterAll(() => node.remove())

  const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)

  test('every block of the vectors, by height and by hash', async () => {
    expect(vectors.stats.length).toBe(3)
    for (const stats of vectors.stats) {
      expect(await call('getblockstats', stats.height)).toEqual(stats)
      expect(await call('getblockstats', stats.blockhash)).toEqual(stats)
    }
  })

  test('single values, and names that are none', async () => {
    const [, , last] = vectors.stats
    for (const name of Object.keys(last!)) {
      expect(await call('getblockstats', last!.height, [name])).toEqual({ [name]: last![name] })
    }
    await expect(call('getblockstats', 1, ['minfee', 'asdfghjkl'])).rejects.toThrow(
      "Invalid selected statistic 'asdfghjkl'",
    )
    await expect(call('getblockstats', 104)).rejects.toThrow('Target block height 104 after current tip 103')
    await expect(call('getblockstats', -1)).rejects.toThrow('Target block height -1 is negative')
  })
})
