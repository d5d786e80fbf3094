import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { createBlockTemplate } from '@ply/chain'
import { mineBlock } from '@ply/mining'
import { type Block, REGTEST } from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { openLevelStore } from '@ply/storage'
import { ManualClock } from '@ply/testkit'
import { BlockStore } from '../storage/blockStore.ts'
import { ChainManager } from './chainManager.ts'

const ANYONE = Uint8Array.of(0x51)

test('a reorg is told of at the first better tip, before the rest of the branch follows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-reorg-'))
  const clock = new ManualClock()
  const store = await openLevelStore(join(folder, 'chainstate'))
  const blocks = await BlockStore.open({ folder: join(folder, 'blocks'), magic: REGTEST.magic })
  const chain = await ChainManager.open({ parameters: REGTEST, store, blocks, clock, logger: silentLogger })
  const makeBlock = (previous: typeof chain.tip, scriptPubKey = ANYONE): Block => {
    const now = Math.floor(clock.now() / 1000)
    const request = { parameters: REGTEST, previous, now, version: 0x20000000, scriptPubKey }
    return mineBlock(createBlockTemplate(request).block)!
  }
  const heard: string[] = []
  chain.subscribe({
    blockConnected: ({ node }) => void heard.push(`+${node.height}`),
    blockDisconnected: ({ node }) => void heard.push(`-${node.height}`),
    reorganised: () => void heard.push(`reorganised at ${chain.tip.height}`),
    tipChanged: (tip) => void heard.push(`rests at ${tip.height}`),
  })
  const fork = chain.tip
  unwrap(await chain.acceptBlock(makeBlock(fork), { requested: true }))
  // The branch is known by its headers; its first block comes last and sets all of it free.
  const branch: Block[] = []
  for (let previous = fork; branch.length < 4;) {
    branch.push(makeBlock(previous, Uint8Array.of(0x52)))
    previous = unwrap(await chain.acceptHeaders([branch.at(-1)!.header]))
  }
  for (const block of branch.reverse()) unwrap(await chain.acceptBlock(block, { requested: true }))
  expect(heard).toEqual(['+1', 'rests at 1', '-1', '+1', '+2', 'reorganised at 2', '+3', '+4', 'rests at 4'])

  // By hand, blocks leave one at a time.
  heard.length = 0
  await chain.invalidate(chain.tip.ancestor(3)!)
  expect(heard).toEqual(['-4', 'reorganised at 3', '-3', 'reorganised at 2', 'rests at 2'])
  await chain.close()
  await store.close()
  await blocks.close()
  await rm(folder, { recursive: true })
})
