import { type BlockHash, type BlockHeader, encodeBlock } from '@ply/primitives'
import { ok } from '@ply/bytes'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, type PeerEffect } from '../index.ts'
import { createBlock, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'
import { HeadersPresync } from './headersPresync.ts'

const START = 1_700_000_000
/** Two units a block: 4500 blocks and a bit. */
const ENOUGH = 9_000n

/** A node that wants much work, a peer that sends it headers, and the headers of two chains. */
function setUp(seed: number) {
  const sim = new Simulation(seed, (START + 100_000) * 1000)
  const node = new FakeNode(seed, { minimumChainWork: ENOUGH })
  const other = new FakeNode(seed + 1)
  const [, peer] = sim.connect(other, node)
  sim.settle()
  const send = (headers: readonly BlockHeader[]): PeerEffect[] =>
    sim.frame(node, peer, 'headers', encodeMessage({ command: 'headers', headers }))
  const headersOf = (count: number, salt: number): BlockHeader[] =>
    new FakeNode(0).mine(count, START, salt).map(({ header }) => header)
  return { sim, node, peer, send, headersOf }
}

const kept = (effects: readonly PeerEffect[]): number =>
  effects.reduce((sum, effect) => sum + (effect.type === 'process-headers' ? effect.headers.length : 0), 0)

function askedFrom(effects: readonly PeerEffect[]): Uint8Array | undefined {
  const ask = effects.find((effect) => effect.type === 'send' && effect.command === 'getheaders')
  const message = ask?.type === 'send' ? decodeMessage('getheaders', ask.payload) : undefined
  return message?.ok && message.value.command === 'getheaders' ? message.value.locator[0] : undefined
}

describe('a chain that has yet to show its work', () => {
  it('is counted, comes again, and is kept', () => {
    const { sim, node, peer, send, headersOf } = setUp(1)
    const headers = headersOf(4600, 0)
    const parts = [headers.slice(0, 2000), headers.slice(2000, 4000), headers.slice(4000)]
    for (const part of parts.slice(0, 2)) {
      const effects = send(part)
      expect(kept(effects)).toBe(0)
      expect(askedFrom(effects)).toBeDefined()
    }
    expect(askedFrom(send(parts[2]!))).toEqual(node.chain.tip().hash)
    for (const part of parts) {
      const effects = send(part)
      expect(kept(effects)).toBe(part.length)
      // What the node asks for now comes from the test, not from the peer of the simulation.
      for (const header of part) expect(node.chain.acceptHeader(header).ok).toBe(true)
      node.manager.handle({ type: 'headers-processed', peer, verdict: ok(undefined) }, sim.now)
    }
    expect(node.chain.best.height).toBe(4600)
    expect(node.manager.peers().some(({ id }) => id === peer)).toBe(true)
  })

  it('leaves nothing behind where it ends early', () => {
    const { node, send, headersOf } = setUp(2)
    const headers = headersOf(2100, 0)
    expect(kept(send(headers.slice(0, 2000)))).toBe(0)
    const end = send(headers.slice(2000))
    expect([kept(end), askedFrom(end)]).toEqual([0, undefined])
    expect(kept(send(headers.slice(0, 100)))).toBe(0)
    expect(node.chain.entries.size).toBe(1)
  })

  it('is not kept where other headers come the second time', () => {
    const { node, send, headersOf } = setUp(3)
    const [shown, cheap] = [headersOf(4600, 0), headersOf(2000, 1)]
    for (const at of [0, 2000, 4000]) send(shown.slice(at, at + 2000))
    expect(kept(send(cheap))).toBe(0)
    expect(node.chain.entries.size).toBe(1)
  })

  it('cannot have more headers than seconds allow', () => {
    const now = START + 500
    const isPermitted = () => true
    const start = new FakeNode(0).chain.tip()
    const began = { ...start, header: { ...start.header, time: START } }
    const presync = new HeadersPresync({ start: began, wanted: 1n << 100n, now, key: new Uint8Array(16), isPermitted })
    const header = { ...start.header, bits: 0x207fffff }
    const hash = start.hash
    const full = { headers: new Array<BlockHeader>(2000).fill(header), hashes: new Array<BlockHash>(2000).fill(hash) }
    const steps = Array.from({ length: 24 }, () => presync.take(full.headers, full.hashes))
    // 6 × (500 + 7200) headers.
    expect(steps.indexOf('give-up')).toBe(23)
    expect(steps.slice(0, 23).every((step) => step === 'count')).toBe(true)
  })

  it('is given up at a difficulty that cannot follow the one before, the first time and the second', () => {
    const { node, send, headersOf } = setUp(6)
    const headers = headersOf(4600, 0)
    const spoilt = headers.slice(0, 2000).map((header, i) => (i === 1999 ? { ...header, bits: 0x1f7fffff } : header))
    expect(askedFrom(send(spoilt))).toBeUndefined()
    for (const at of [0, 2000, 4000]) expect(askedFrom(send(headers.slice(at, at + 2000)))).toBeDefined()
    expect(kept(send(spoilt))).toBe(0)
    expect(node.chain.entries.size).toBe(1)
  })

  it('has no block stored that nobody asked for', () => {
    const { sim, node, peer } = setUp(4)
    const block = createBlock(node.chain.tip(), START)
    expect(sim.frame(node, peer, 'block', encodeBlock(block))).toEqual([])
  })

  it('must have its proof of work', () => {
    const { node, send, headersOf } = setUp(5)
    node.chain.hasProofOfWork = () => false
    expect(send(headersOf(1, 0)).map(({ type }) => type)).toEqual(['disconnect'])
  })
})
