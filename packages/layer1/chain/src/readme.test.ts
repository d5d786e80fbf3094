import { expect, test } from 'vitest'
import { CoinsCache, createBlockTemplate, createIndexOps, createTipOp, encodeUndo, HeaderTree } from '@ply/chain'
import { connectBlock } from '@ply/consensus'
import { computeBlockHash, REGTEST } from '@ply/primitives'

const tree = new HeaderTree(REGTEST)
tree.receiveBlock(tree.genesis, 1, { file: 0, offset: 0, length: 285 })
tree.connected(tree.genesis)

// A block is put together and, here, mined at once: on regtest every second nonce does.
const now = tree.genesis.time + 600
const request = { parameters: REGTEST, previous: tree.genesis, now, version: 0x20000000 }
const { block } = createBlockTemplate({ ...request, scriptPubKey: Uint8Array.of(0x51) })
const headers = Array.from({ length: 100 }, (_, nonce) => ({ ...block.header, nonce }))
const header = headers.find((each) => tree.acceptHeader(each, now).ok)!
const node = tree.get(computeBlockHash(header))!
tree.receiveBlock(node, block.transactions.length, { file: 0, offset: 285, length: 300 })

// The shell follows the plan: load coins, connect, and write coins, index and tip in one batch.
const coins = new CoinsCache()
const plan = tree.planReorg(tree.mostWork()!)
const connection = connectBlock(block, { get: () => undefined }, { parameters: REGTEST, previous: tree.genesis })
if (connection.ok) coins.apply(connection.value.delta)
tree.connected(plan.connect[0]!)
const batch = [...coins.flush(), ...createIndexOps(tree.takeDirty()), createTipOp(tree.active.tip!.hash)]
const undo = encodeUndo(connection.ok ? connection.value.undo : [])

test('the example of the README', () => {
  expect(tree.active.tip).toBe(node)
  expect(batch).toHaveLength(1 + 2 + 1)
  expect(undo).toEqual(Uint8Array.of(0))
})
