import { expect, test } from 'vitest'
import { type Block, computeBlockHash } from '@ply/primitives'
import type { Logger } from '@ply/ports'
import type { ChainTip } from '../chainBackend.ts'
import { RegtestChain } from '../test/regtestChain.ts'
import { type ChainConsumer, ChainFollower } from './chainFollower.ts'

const logger: Logger = { log: () => undefined, child: () => logger }

class Recorder implements ChainConsumer {
  readonly chain: ChainTip[] = []
  readonly steps: string[] = []
  tip(): ChainTip | undefined {
    return this.chain.at(-1)
  }
  connect(height: number, block: Block): Promise<void> {
    this.chain.push({ height, hash: computeBlockHash(block.header) })
    this.steps.push(`+${height}`)
    return Promise.resolve()
  }
  disconnect(): Promise<void> {
    this.steps.push(`-${this.chain.pop()!.height}`)
    return Promise.resolve()
  }
}

const follow = (backend: RegtestChain, consumer: ChainConsumer, firstHeight?: number): ChainFollower =>
  new ChainFollower({
    backend,
    consumer,
    logger,
    ...(firstHeight === undefined ? {} : { firstHeight }),
    failed: (error) => {
      throw error
    },
  })

test('a new consumer begins at the tip, or lower where it is told to, and then gets every block', async () => {
  const chain = new RegtestChain()
  chain.mine(5)
  const [late, early] = [new Recorder(), new Recorder()]
  await follow(chain, late).start()
  await follow(chain, early, 3).start()
  expect(late.steps).toEqual(['+5'])
  expect(early.steps).toEqual(['+3', '+4', '+5'])
})

test('blocks missed while it was off are made up for, across a reorganisation', async () => {
  const chain = new RegtestChain()
  chain.mine(5)
  const consumer = new Recorder()
  const first = follow(chain, consumer, 1)
  await first.start()
  await first.stop()
  chain.disconnect(2)
  chain.mine(4)
  await follow(chain, consumer).start()
  expect(consumer.steps.slice(5)).toEqual(['-5', '-4', '+4', '+5', '+6', '+7'])
  expect(consumer.tip()).toEqual(await chain.tip())
})

test('while it runs it follows new blocks and a chain that has become shorter', async () => {
  const chain = new RegtestChain()
  chain.mine(3)
  const consumer = new Recorder()
  const follower = follow(chain, consumer)
  await follower.start()
  chain.mine(2)
  await follower.sync()
  chain.disconnect(3)
  await follower.sync()
  expect(consumer.steps).toEqual(['+3', '+4', '+5', '-5', '-4', '-3', '+2'])
})
