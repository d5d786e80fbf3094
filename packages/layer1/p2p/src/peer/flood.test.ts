import { concatBytes, ok } from '@ply/bytes'
import { computeBlockHash, computeWtxid, REGTEST } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { encodeMessage, encodeV1, type Message, MSG_WTX, type PeerEffect, type PeerManagerOptions } from '../index.ts'
import { createCompactBlock } from '../relay/compact/createCompactBlock.ts'
import { coin, createBlock, createTx, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const START = 1_700_000_000
const sentBytes = (effects: readonly PeerEffect[]): number =>
  effects.reduce((sum, effect) => sum + (effect.type === 'send' ? effect.payload.length : 0), 0)

/** A node, a peer of it that is through with the handshake, and the peer's number at the node. */
function attack(seed: number, options: Partial<PeerManagerOptions> = {}) {
  const sim = new Simulation(seed, (START + 60_000) * 1000)
  const [node, attacker] = [new FakeNode(seed, { inboundTrickle: 0, ...options }), new FakeNode(seed + 1)]
  const [, peer] = sim.connect(attacker, node)
  return { sim, node, peer }
}

describe('a peer that asks much and reads nothing', () => {
  it('gets no more than its share of one transaction asked for 50000 times', () => {
    const { sim, node, peer } = attack(1)
    sim.settle()
    const tx = createTx([coin(1)], 1000)
    sim.submit(node, tx)
    sim.settle()
    const items = Array.from({ length: 50_000 }, () => ({ type: MSG_WTX, hash: computeWtxid(tx) as Uint8Array }))
    const first = sim.frame(node, peer, 'getdata', encodeMessage({ command: 'getdata', items }))
    expect(sentBytes(first)).toBeGreaterThan(500_000)
    expect(sentBytes(first)).toBeLessThan(1_100_000)
    expect(node.manager.handle({ type: 'writable', peer, writable: false }, sim.now)).toEqual([])
    expect(sentBytes(node.manager.handle({ type: 'tick' }, sim.now))).toBeLessThan(1000)
    expect(sentBytes(node.manager.handle({ type: 'writable', peer, writable: true }, sim.now))).toBeGreaterThan(500_000)
  })

  it('gets no headers while its buffer is full, and all answers in the end', () => {
    const { sim, node, peer } = attack(2)
    node.mine(2500, START)
    sim.settle()
    const stop = new Uint8Array(32) as never
    const ask = encodeMessage({ command: 'getheaders', locator: [node.chain.activeAt(0)!.hash], stop })
    node.manager.handle({ type: 'writable', peer, writable: false }, sim.now)
    for (let i = 0; i < 20; i++) expect(sentBytes(sim.frame(node, peer, 'getheaders', ask))).toBe(0)
    let answered = sentBytes(node.manager.handle({ type: 'writable', peer, writable: true }, sim.now))
    expect(answered).toBeLessThan(1_200_000)
    for (let turn = 0; turn < 5; turn++) answered += sentBytes(node.manager.handle({ type: 'tick' }, sim.now))
    expect(answered).toBeGreaterThan(20 * 2000 * 81)
  })
})

describe('the buffers that the operator wants', () => {
  it.each([0, 50_000])('bound what is served at once: %d bytes, and one answer more', (sendBuffer) => {
    const { sim, node, peer } = attack(4, { sendBuffer })
    sim.settle()
    const tx = createTx([coin(1)], 1000)
    sim.submit(node, tx)
    sim.settle()
    const items = Array.from({ length: 100 }, () => ({ type: MSG_WTX, hash: computeWtxid(tx) as Uint8Array }))
    const first = sentBytes(sim.frame(node, peer, 'getdata', encodeMessage({ command: 'getdata', items })))
    expect(first).toBeGreaterThan(sendBuffer)
    expect(first).toBeLessThan(sendBuffer + 20_000)
  })

  it('bound what of a peer may wait', () => {
    const { sim, node, peer } = attack(5, { receiveBuffer: 10_000 })
    sim.settle()
    node.held = []
    const block = createBlock(node.chain.tip(), START)
    sim.frame(node, peer, 'block', encodeMessage({ command: 'block', block }))
    expect(sim.frame(node, peer, 'inv', new Uint8Array(9000))).toEqual([])
    expect(sim.frame(node, peer, 'inv', new Uint8Array(900))).toEqual([{ type: 'set-reading', peer, reading: false }])
  })
})

it('drops announcements over the limit', () => {
  const { sim, node, peer } = attack(3)
  sim.settle()
  const invs = Array.from({ length: 3 }, (_, batch) => {
    const items = Array.from({ length: 50_000 }, (_, i) => {
      const hash = new Uint8Array(32)
      new DataView(hash.buffer).setUint32(0, batch * 50_000 + i)
      return { type: MSG_WTX, hash }
    })
    return encodeMessage({ command: 'inv', items })
  })
  for (const inv of invs) sim.frame(node, peer, 'inv', inv)
  expect(node.manager.stats().txAnnouncements).toBe(5000)
})

const framed = (message: Message): Uint8Array => encodeV1(REGTEST.magic, message.command, encodeMessage(message))
const sentTo = (peer: number, effects: readonly PeerEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'send' && effect.peer === peer ? [effect.command] : []))

describe('a peer that keeps us busy', () => {
  it('with headers does not keep others from being served', () => {
    const { sim, node, peer } = attack(4)
    const other = new FakeNode(44)
    const [, honest] = sim.connect(other, node)
    sim.settle()
    const chain = new FakeNode(45).mine(3, START)
    const flood = chain.map(({ header }) => framed({ command: 'headers', headers: [header] }))
    const first = node.manager.handle({ type: 'bytes-received', peer, bytes: concatBytes(...flood) }, sim.now)
    expect(first.filter(({ type }) => type === 'process-headers')).toHaveLength(1)
    const ping = framed({ command: 'ping', nonce: 7n })
    expect(sentTo(honest, node.manager.handle({ type: 'bytes-received', peer: honest, bytes: ping }, sim.now))).toEqual(
      [],
    )
    node.chain.acceptHeader(chain[0]!.header)
    const next = node.manager.handle({ type: 'headers-processed', peer, verdict: ok(undefined) }, sim.now)
    expect(sentTo(honest, next)).toContain('pong')
    expect(next.filter(({ type }) => type === 'process-headers')).toHaveLength(1)
  })

  it('with the same compact block again and again does not have its header looked at again', () => {
    const { sim, node, peer } = attack(5)
    sim.settle()
    const block = createBlock(node.chain.tip(), START)
    node.chain.acceptBlock(block)
    const message = encodeMessage({ command: 'cmpctblock', ...createCompactBlock(block, 7n) })
    const effects = sim.frame(node, peer, 'cmpctblock', message)
    expect(effects.filter(({ type }) => type === 'process-headers')).toEqual([])
    expect(node.manager.peers().length).toBe(1)
  })

  it('with what would take much memory to read, and nothing is done with, does not have it read', () => {
    const { sim, node, peer } = attack(7)
    sim.settle()
    const [block, unknown] = [createBlock(node.chain.tip(), START), createBlock(node.chain.tip(), START + 1)]
    node.chain.acceptBlock(block)
    const [log, bytes] = [new Array<string>(), new Uint8Array(500_000).fill(0xff)]
    const give = (command: string, payload: Uint8Array): number => {
      const frame = encodeV1(REGTEST.magic, command, payload)
      const effects = node.manager.handle({ type: 'bytes-received', peer, bytes: frame }, sim.now)
      for (const effect of effects) if (effect.type === 'log') log.push(effect.text)
      return effects.filter(({ type }) => type !== 'log').length
    }
    const compact = encodeMessage({ command: 'cmpctblock', ...createCompactBlock(block, 7n) })
    expect(give('tx', bytes)).toBe(0)
    // It shows a chain worth following, whose headers we ask for from then on.
    expect(give('cmpctblock', concatBytes(compact.subarray(0, 88), bytes))).toBe(1)
    expect(give('blocktxn', concatBytes(computeBlockHash(unknown.header), bytes))).toBe(0)
    // None of it was looked at, or its bytes would have been found to be nonsense.
    expect(log.some((line) => line.includes('Exception'))).toBe(false)
    expect(log.some((line) => line.endsWith('from peer=2 was not accepted: tx-size'))).toBe(true)
    expect(log).toContain("Peer 2 sent us block transactions for block we weren't expecting")
  })

  it('with thousands of messages at once has them worked off in turns', () => {
    const { sim, node, peer } = attack(6)
    sim.settle()
    node.held = []
    const block = createBlock(node.chain.tip(), START)
    const hash = computeBlockHash(block.header)
    sim.frame(node, peer, 'block', encodeMessage({ command: 'block', block }))
    const ping = framed({ command: 'ping', nonce: 7n })
    const bytes = concatBytes(...Array.from({ length: 5000 }, () => ping))
    expect(sentTo(peer, node.manager.handle({ type: 'bytes-received', peer, bytes }, sim.now))).toEqual([])
    let effects = node.manager.handle({ type: 'block-processed', peer, hash, verdict: ok(undefined) }, sim.now)
    let answered = 0
    for (let turn = 0; effects.some(({ type }) => type === 'next-turn'); turn++) {
      const pongs = sentTo(peer, effects).filter((command) => command === 'pong').length
      expect(pongs).toBeLessThan(200)
      answered += pongs
      effects = node.manager.handle({ type: 'next-turn', peer }, sim.now)
      expect(turn).toBeLessThan(200)
    }
    expect(answered + sentTo(peer, effects).length).toBe(5000)
  })
})
