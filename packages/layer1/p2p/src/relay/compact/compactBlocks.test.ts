import { bytesToHex } from '@ply/bytes'
import { computeBlockHash, type Transaction } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { coin, createBlock, createTx, FakeNode } from '../../test/fakeNode.ts'
import { Simulation } from '../../test/simulation.ts'
import { encodeMessage, type Message, MSG_CMPCT_BLOCK } from '../../index.ts'
import { createCompactBlock } from './createCompactBlock.ts'

const START = 1_700_000_000
const tipOf = (node: FakeNode): string => bytesToHex(node.chain.tip().hash)
const pool = (count: number, from = 0): Transaction[] =>
  Array.from({ length: count }, (_, i) => createTx([coin(from + i)], 1, i))

/** `b` connects to `a`; both have seen a block, so that each knows the other's tip. */
function pair(seed: number): { sim: Simulation; a: FakeNode; b: FakeNode; ids: readonly [number, number] } {
  const sim = new Simulation(seed, START * 1000)
  const [a, b] = [new FakeNode(seed), new FakeNode(seed + 1)]
  const ids = sim.connect(b, a)
  sim.settle()
  for (let i = 0; i < 2; i++) {
    sim.now += 600_000
    sim.mine(a, [])
    sim.settle()
  }
  return { sim, a, b, ids }
}

const sent = (node: FakeNode, command: string): number =>
  node.manager.peers().reduce((sum, peer) => sum + (peer.bytesSent[command] ?? 0), 0)

describe('compact blocks', () => {
  it('are asked of who brought the last block, and then announce the next one at once', () => {
    const { sim, a, b } = pair(1)
    expect(b.manager.peers()[0]).toMatchObject({ compactTo: true })
    expect(a.manager.peers()[0]).toMatchObject({ compactFrom: true })
    const transactions = pool(50)
    for (const tx of transactions) for (const node of [a, b]) node.mempool.accept(tx)
    const blocksBefore = sent(a, 'block')
    sim.mine(a, transactions)
    sim.settle()
    expect(tipOf(b)).toBe(tipOf(a))
    expect(sent(a, 'cmpctblock')).toBeGreaterThan(50 * 6)
    expect(sent(a, 'block')).toBe(blocksBefore)
    expect(sent(b, 'getblocktxn')).toBe(0)
  })

  it('ask for the transactions that are missing', () => {
    const { sim, a, b } = pair(3)
    const transactions = pool(20)
    for (const tx of transactions.slice(5)) b.mempool.accept(tx)
    sim.mine(a, transactions)
    sim.settle()
    expect(tipOf(b)).toBe(tipOf(a))
    expect(sent(b, 'getblocktxn')).toBeGreaterThan(0)
    expect(b.log.some((line) => line.includes('15 txn from mempool') && line.includes('5 txn requested'))).toBe(true)
  })

  it('fall back to the whole block where another transaction took the place of one', () => {
    const { sim, a, b, ids } = pair(5)
    const transactions = pool(3)
    const block = createBlock(b.chain.tip(), Math.floor(sim.now / 1000), 9, transactions)
    const hash = computeBlockHash(block.header)
    const give = (message: Message) => sim.frame(b, ids[0], message.command, encodeMessage(message))
    b.manager.handle({ type: 'tick' }, sim.now)
    const [header] = give({ command: 'cmpctblock', ...createCompactBlock(block, 1n) })
    expect(header?.type).toBe('process-headers')
    if (header?.type !== 'process-headers') return
    const verdict = b.chain.acceptHeader(header.headers[0]!)
    const asked = b.manager.handle({ type: 'headers-processed', peer: ids[0], verdict }, sim.now)
    expect(asked.filter((effect) => effect.type === 'send').map((effect) => effect.command)).toEqual(['getblocktxn'])
    const wrong = give({ command: 'blocktxn', hash, transactions: pool(3, 100) })
    expect(wrong.filter((effect) => effect.type === 'send').map((effect) => effect.command)).toEqual(['getdata'])
    // A second attempt is a violation.
    const again = give({ command: 'blocktxn', hash, transactions })
    expect(again).toContainEqual({
      type: 'disconnect',
      peer: ids[0],
      reason: 'repeated-block-transactions',
      discourage: true,
    })
    expect(a.log).not.toContain('undecodable-payload')
  })

  it('are served on demand, and whole blocks where they lie deep', () => {
    const { sim, a, b, ids } = pair(7)
    for (let i = 0; i < 8; i++) {
      sim.now += 600_000
      sim.mine(a, [])
      sim.settle()
    }
    expect(tipOf(b)).toBe(tipOf(a))
    const ask = (depth: number) => {
      const entry = a.chain.activeAt(a.chain.tip().height - depth)!
      const items = [{ type: MSG_CMPCT_BLOCK, hash: entry.hash }]
      const effects = sim.frame(a, ids[1], 'getdata', encodeMessage({ command: 'getdata', items }))
      const loaded = effects.flatMap((effect) => (effect.type === 'load-block' ? [effect] : []))
      for (const { peer, hash } of loaded) {
        const stored = encodeMessage({ command: 'block', block: a.chain.blocks.get(bytesToHex(hash))! })
        effects.push(...a.manager.handle({ type: 'block-loaded', peer, hash, bytes: stored }, sim.now))
      }
      return effects.flatMap((effect) => (effect.type === 'send' ? [effect.command] : []))
    }
    expect(ask(0)).toEqual(['cmpctblock'])
    expect(ask(5)).toEqual(['cmpctblock'])
    expect(ask(6)).toEqual(['block'])
  })
})
