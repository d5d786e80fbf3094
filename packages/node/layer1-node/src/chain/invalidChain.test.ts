import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { type Block, blockMerkleRoot, computeBlockHash, encodeBlock, encodeHeader, sats } from '@ply/primitives'
import { searchNonce } from '@ply/mining'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
beforeEach(async () => {
  node = await TestNode.start()
  await node.mine(3)
})
afterEach(() => node.remove())

/** Seven blocks on the tip, each of which takes a satoshi too much. */
function greedyBlocks(): Block[] {
  const { chain, miner } = node.node
  const { block } = miner.template({ scriptPubKey: Uint8Array.of(0x51) })
  const [coinbase] = block.transactions
  const blocks: Block[] = []
  for (let i = 1; i <= 7; i++) {
    const height = chain.tip.height + i
    const transactions = [
      {
        ...coinbase!,
        inputs: [{ ...coinbase!.inputs[0]!, scriptSig: Uint8Array.of(0x50 + height, 0) }],
        outputs: coinbase!.outputs.map((output, at) =>
          at === 0 ? { ...output, value: sats(output.value + 1n) } : output,
        ),
      },
    ]
    const previous = blocks.at(-1)
    const header = {
      ...block.header,
      previousBlockHash: previous ? computeBlockHash(previous.header) : block.header.previousBlockHash,
      merkleRoot: blockMerkleRoot({ transactions }).root,
      time: block.header.time + i,
    }
    const search = searchNonce(header, 1000)
    if (!search.found) throw new Error('regtest has easy proof of work')
    blocks.push({ header: search.header, transactions })
  }
  return blocks
}

test('a chain that is refused and has far more work is warned of', async () => {
  const blocks = greedyBlocks()
  for (const { header } of blocks) await node.call('submitheader', bytesToHex(encodeHeader(header)))
  expect(await node.call('getblockchaininfo')).toMatchObject({ warnings: [] })
  for (const block of blocks.toReversed()) await node.call('submitblock', bytesToHex(encodeBlock(block)))
  const warnings = [
    'Warning: Found invalid chain more than 6 blocks longer than our best chain. This could be due to database corruption or consensus incompatibility with peers.',
  ]
  expect(await node.call('getnetworkinfo')).toMatchObject({ warnings })
  expect(await node.call('getblockcount')).toBe(3)
  await node.mine(1)
  expect(await node.call('getmininginfo')).toMatchObject({ warnings: [] })
})
