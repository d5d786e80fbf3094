import { concatBytes, ok } from '@ply/bytes'
import { invalidBlock, invalidTx } from '@ply/consensus'
import { type BlockHash, computeBlockHash, REGTEST } from '@ply/primitives'
import { createRandom, type Random } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { encodeMessage, encodeV1, type Message, type PeerEffect, type PeerEvent } from './index.ts'
import { coin, createBlock, createTx, FakeNode } from './test/fakeNode.ts'
import { NOTHING } from './test/chaos.ts'
import { Simulation } from './test/simulation.ts'

const NOW = 1_700_000_000_000

function established(): { node: FakeNode; sim: Simulation; peer: number } {
  const sim = new Simulation(1, NOW)
  const [node, other] = [new FakeNode(1), new FakeNode(2)]
  const [, peer] = sim.connect(other, node)
  sim.settle()
  return { node, sim, peer }
}

describe('hostile input', () => {
  it('disconnects on garbage and on an announced payload over the limit', () => {
    const garbage = established()
    const effects = garbage.node.manager.handle(
      { type: 'bytes-received', peer: garbage.peer, bytes: new Uint8Array(100).fill(0xff) },
      NOW,
    )
    expect(effects).toContainEqual({ type: 'disconnect', peer: garbage.peer, reason: 'wrong-magic', discourage: false })
    const large = established()
    const frame = encodeV1(REGTEST.magic, 'tx', new Uint8Array(0))
    new DataView(frame.buffer).setUint32(16, 5_000_000, true)
    const ended = large.node.manager.handle({ type: 'bytes-received', peer: large.peer, bytes: frame }, NOW)
    expect(ended.map((effect) => effect.type)).toContain('disconnect')
  })

  it('survives a wrong checksum and an undecodable payload', () => {
    const { node, peer, sim } = established()
    const broken = encodeV1(REGTEST.magic, 'ping', new Uint8Array(8))
    broken[21]! ^= 255
    const bytes = concatBytes(broken, encodeV1(REGTEST.magic, 'inv', Uint8Array.of(255)))
    node.manager.handle({ type: 'bytes-received', peer, bytes }, NOW)
    const pong = sim.frame(node, peer, 'ping', new Uint8Array(8))
    expect(pong).toMatchObject([{ type: 'send', command: 'pong' }])
  })

  it('discourages a peer with an inv over the limit', () => {
    const { node, peer, sim } = established()
    const effects = sim.frame(node, peer, 'inv', Uint8Array.of(0xfd, 0x51, 0xc3))
    expect(effects).toMatchObject([{ type: 'disconnect', discourage: true }])
  })

  it('bounds what a flood of announcements leaves behind', () => {
    const { node, peer, sim } = established()
    const random = createRandom(3)
    for (let batch = 0; batch < 5; batch++) {
      const items = Array.from({ length: 5000 }, () => ({ type: 5, hash: random.bytes(32) }))
      sim.frame(node, peer, 'inv', encodeMessage({ command: 'inv', items }))
    }
    expect(node.manager.stats().txAnnouncements).toBe(5000)
  })

  it('stops reading while the chain is busy, and goes on afterwards', () => {
    const { node, peer, sim } = established()
    node.held = []
    const block = createBlock(node.chain.tip(), NOW / 1000)
    const effects = sim.frame(node, peer, 'block', encodeMessage({ command: 'block', block }))
    expect(effects).toMatchObject([{ type: 'process-block', requested: false }])
    expect(sim.frame(node, peer, 'ping', new Uint8Array(8))).toEqual([])
    const tx = encodeV1(REGTEST.magic, 'tx', new Uint8Array(1_000_000).fill(0xff))
    const flood = Array.from({ length: 6 }, () => node.manager.handle({ type: 'bytes-received', peer, bytes: tx }, NOW))
    expect(flood.flat()).toEqual([{ type: 'set-reading', peer, reading: false }])
    const hash = computeBlockHash(block.header)
    const after = node.manager.handle({ type: 'block-processed', peer, hash, verdict: ok(undefined) }, NOW)
    while (after.some((effect) => effect.type === 'next-turn')) {
      after.splice(
        after.findIndex((effect) => effect.type === 'next-turn'),
        1,
      )
      after.push(...node.manager.handle({ type: 'next-turn', peer }, NOW))
    }
    expect(after).toContainEqual(expect.objectContaining({ type: 'send', command: 'pong' }))
    expect(after).toContainEqual({ type: 'set-reading', peer, reading: true })
  })

  it('ends with a shell that does not stop reading', () => {
    const { node, peer, sim } = established()
    const block = createBlock(node.chain.tip(), NOW / 1000)
    sim.frame(node, peer, 'block', encodeMessage({ command: 'block', block }))
    const bytes = encodeV1(REGTEST.magic, 'tx', new Uint8Array(4_000_000))
    const effects: PeerEffect[] = []
    for (let i = 0; i < 9; i++) effects.push(...node.manager.handle({ type: 'bytes-received', peer, bytes }, NOW))
    expect(effects.at(-1)).toMatchObject({ type: 'disconnect', reason: 'inbox-overflow' })
  })

  it('serves one block at a time and waits for room to send', () => {
    const { node, peer, sim } = established()
    const blocks = node.mine(3, NOW / 1000)
    const hashes = node.chain.active.slice(1).map((entry) => entry.hash)
    const items = hashes.map((hash) => ({ type: 2, hash: hash as Uint8Array }))
    const first = sim.frame(node, peer, 'getdata', encodeMessage({ command: 'getdata', items }))
    expect(first).toEqual([{ type: 'load-block', peer, hash: hashes[0] }])
    node.manager.handle({ type: 'writable', peer, writable: false }, NOW)
    const bytes = encodeMessage({ command: 'block', block: blocks[0]! })
    const answer = node.manager.handle({ type: 'block-loaded', peer, hash: hashes[0]!, bytes }, NOW)
    const loaded = answer.filter((effect) => effect.type !== 'log')
    // MSG_BLOCK without the witness flag: the witness is left out.
    expect(loaded).toMatchObject([{ type: 'send', command: 'block' }])
    expect(loaded[0]?.type === 'send' && loaded[0].payload.length).toBeLessThan(bytes.length)
    const next = node.manager.handle({ type: 'writable', peer, writable: true }, NOW)
    expect(next).toEqual([{ type: 'load-block', peer, hash: hashes[1] }])
  })

  it('answers getblocks and getheaders', () => {
    const { node, peer, sim } = established()
    node.mine(4, NOW / 1000)
    const locator = { locator: [node.chain.active[1]!.hash], stop: new Uint8Array(32) as BlockHash }
    const inv = sim.frame(node, peer, 'getblocks', encodeMessage({ command: 'getblocks', ...locator }))
    expect(inv).toMatchObject([{ command: 'inv' }])
    const stop = node.chain.active[2]!.hash
    const one = sim.frame(node, peer, 'getheaders', encodeMessage({ command: 'getheaders', ...locator, stop }))
    expect(one[0]?.type === 'send' && one[0].payload.length).toBe(82)
    const many = { locator: Array.from({ length: 102 }, () => stop), stop }
    const ended = sim.frame(node, peer, 'getheaders', encodeMessage({ command: 'getheaders', ...many }))
    expect(ended).toMatchObject([{ type: 'disconnect', discourage: false }])
  })
})

function randomMessage(random: Random, node: FakeNode): Message {
  const hash = (): Uint8Array =>
    random.chance(0.5) ? random.pick([...node.chain.entries.values()]).hash : random.bytes(32)
  const items = Array.from({ length: random.below(5) }, () => ({
    type: random.pick([0, 1, 2, 4, 5, 0x40000001, 0x40000002]),
    hash: hash(),
  }))
  const previous = random.pick([...node.chain.entries.values()])
  const block = createBlock(previous, NOW / 1000 + random.below(9), random.below(200), [
    createTx([coin(random.below(50))]),
  ])
  const nowhere = { services: 9n, ip: new Uint8Array(16), port: 0 }
  return random.pick<() => Message>([
    () => ({
      command: 'version',
      version: 70000 + random.below(30),
      services: BigInt(random.below(2048)),
      time: 0n,
      receiver: nowhere,
      sender: nowhere,
      nonce: 1n,
      userAgent: '',
      startHeight: 1,
      relay: random.chance(0.8),
    }),
    () => ({
      command: random.pick(['verack', 'verack', 'wtxidrelay', 'sendaddrv2', 'getaddr', 'sendheaders', 'mempool']),
    }),
    () => ({ command: random.pick(['ping', 'pong']), nonce: 1n }),
    () => ({ command: random.pick(['inv', 'getdata', 'notfound']), items }),
    () => ({ command: 'headers', headers: Array.from({ length: random.below(3) }, () => block.header) }),
    () => ({ command: 'block', block }),
    () => ({ command: 'tx', tx: createTx([coin(random.below(50))], 1, random.below(9)) }),
    () => ({ command: 'feefilter', feeRate: BigInt(random.below(5000)) - 100n }),
    () => ({
      command: random.pick(['getheaders', 'getblocks']),
      locator: [hash() as BlockHash],
      stop: hash() as BlockHash,
    }),
    () => ({ command: 'addr', addresses: [] }),
  ])()
}

function randomEvent(random: Random, node: FakeNode): PeerEvent {
  const peer = random.below(4)
  return random.pick<() => PeerEvent>([
    () => ({ type: 'peer-connected', peer, kind: random.pick(['inbound', 'outbound', 'manual', 'block-relay-only']) }),
    () => ({ type: 'peer-disconnected', peer }),
    () => ({ type: 'bytes-received', peer, bytes: random.bytes(random.below(40)) }),
    () => ({ type: 'writable', peer, writable: random.chance(0.7) }),
    () => ({ type: 'tick' }),
    () => ({ type: 'headers-processed', peer, verdict: ok(undefined) }),
    () => {
      const { hash } = node.chain.tip()
      return { type: 'block-processed', peer, hash, verdict: invalidBlock('consensus', 'bad-cb-amount') }
    },
    () => ({ type: 'tx-processed', peer, verdict: invalidTx('missing-inputs', 'x') }),
    () => ({ type: 'block-loaded', peer, hash: node.chain.tip().hash, bytes: undefined }),
    () => ({ type: 'tx-accepted', tx: createTx([coin(random.below(50))]) }),
    () => {
      node.mine(1, NOW / 1000, random.below(200))
      return { type: 'tip-changed' }
    },
  ])()
}

describe('random events', () => {
  it('never make the machine throw, and leave nothing behind when all peers are gone', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed)
      const sim = new Simulation(seed, NOW)
      const node = new FakeNode(seed)
      for (let step = 0; step < 400; step++) {
        sim.now += random.below(5000)
        const event = randomEvent(random, node)
        const message = randomMessage(random, node)
        const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
        const chosen: PeerEvent = random.chance(0.8) ? { type: 'bytes-received', peer: random.below(4), bytes } : event
        for (const effect of node.manager.handle(chosen, sim.now)) if (random.chance(0.8)) sim.process(node, effect)
        if (random.chance(0.5)) sim.settle()
      }
      sim.settle()
      for (let peer = 0; peer < 4; peer++) node.manager.handle({ type: 'peer-disconnected', peer }, sim.now)
      expect(node.manager.stats()).toEqual(NOTHING)
    }
  })
})
