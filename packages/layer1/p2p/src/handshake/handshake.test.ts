import { concatBytes } from '@ply/bytes'
import { describe, expect, it } from 'vitest'
import { encodeMessage, encodeV1, type Message, type PeerEffect } from '../index.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { VERSION } from '../test/versionMessage.ts'
import { Simulation } from '../test/simulation.ts'
import { REGTEST } from '@ply/primitives'

const NOW = 1_700_000_000_000

function receive(node: FakeNode, ...messages: Message[]): PeerEffect[] {
  return messages.flatMap((message) => {
    const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
    return node.manager.handle({ type: 'bytes-received', peer: 1, bytes }, NOW)
  })
}
const sent = (effects: readonly PeerEffect[]) =>
  effects.filter((effect) => effect.type === 'send').map((effect) => effect.command)
const ended = (effects: readonly PeerEffect[]) =>
  effects.filter((effect) => effect.type === 'disconnect').map((effect) => effect.reason)

function connected(kind: 'inbound' | 'outbound' | 'block-relay-only' = 'inbound'): FakeNode {
  const node = new FakeNode(1)
  node.manager.handle({ type: 'peer-connected', peer: 1, kind }, NOW)
  return node
}

describe('handshake', () => {
  it('answers an inbound peer in the expected order and pings at once', () => {
    const node = connected()
    expect(sent(receive(node, VERSION))).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'verack'])
    const effects = receive(node, { command: 'verack' })
    expect(sent(effects)).toEqual(['sendcmpct', 'ping', 'getheaders', 'feefilter'])
    expect(effects).toContainEqual({ type: 'peer-ready', peer: 1 })
  })

  it('gives a new peer what is due to it before it answers what came with the verack', () => {
    const node = connected()
    receive(node, VERSION)
    const messages: Message[] = [{ command: 'verack' }, { command: 'ping', nonce: 5n }]
    const bytes = messages.map((message) => encodeV1(REGTEST.magic, message.command, encodeMessage(message)))
    const first = node.manager.handle({ type: 'bytes-received', peer: 1, bytes: concatBytes(...bytes) }, NOW)
    expect(sent(first)).toEqual(['sendcmpct', 'ping', 'getheaders', 'feefilter'])
    expect(first).toContainEqual({ type: 'next-turn', peer: 1 })
    expect(sent(node.manager.handle({ type: 'next-turn', peer: 1 }, NOW))).toEqual(['pong'])
  })

  it('tells who still believes in alerts the last of them', () => {
    const old = { ...VERSION, version: 70012 }
    expect(sent(receive(connected(), old))).toEqual(['version', 'verack', 'alert'])
    expect(sent(receive(connected(), { ...old, version: 70013 }))).toEqual(['version', 'verack'])
  })

  it('asks for announcements by headers once an inventory shows a chain', () => {
    const node = connected()
    receive(node, VERSION, { command: 'verack' })
    const { hash } = node.chain.tip()
    const shown: Message = { command: 'inv', items: [{ type: 2, hash }] }
    expect(sent(receive(node, shown, { command: 'ping', nonce: 5n }))).toEqual(['sendheaders', 'pong'])
  })

  it('asks an outbound peer for addresses', () => {
    const node = new FakeNode(1)
    const first = node.manager.handle({ type: 'peer-connected', peer: 1, kind: 'outbound' }, NOW)
    expect(sent(first)).toEqual(['version'])
    expect(sent(receive(node, VERSION))).toEqual(['wtxidrelay', 'sendaddrv2', 'verack', 'getaddr'])
  })

  it('sends nothing newer to an old peer', () => {
    expect(sent(receive(connected(), { ...VERSION, version: 70015 }))).toEqual(['version', 'verack'])
  })

  it('refuses old versions and outbound peers without blocks or witnesses', () => {
    expect(ended(receive(connected(), { ...VERSION, version: 31799 }))).toEqual(['obsolete-version'])
    expect(ended(receive(connected('outbound'), { ...VERSION, services: 1n }))).toEqual(['missing-services'])
    expect(ended(receive(connected('outbound'), { ...VERSION, services: 8n }))).toEqual(['missing-services'])
  })

  it('notices that it talks to itself', () => {
    const node = new FakeNode(1)
    const sim = new Simulation(1, NOW)
    sim.connect(node, node)
    sim.settle()
    expect(node.log).toContain('disconnect self-connection')
    expect(node.manager.peers()).toEqual([])
  })

  it('refuses feature messages after verack and ignores messages before it', () => {
    const ready = (): FakeNode => {
      const node = connected()
      receive(node, VERSION, { command: 'verack' })
      return node
    }
    expect(ended(receive(ready(), { command: 'wtxidrelay' }))).toEqual(['negotiation-after-verack'])
    expect(ended(receive(ready(), { command: 'sendaddrv2' }))).toEqual(['negotiation-after-verack'])
    const feature = { command: 'feature', feature: undefined } as const
    expect(ended(receive(connected(), { ...VERSION, version: 70017 }, feature))).toEqual(['invalid-feature'])
    expect(ended(receive(ready(), { command: 'filterclear' }))).toEqual(['unwanted-bloom-filter'])
    expect(ended(receive(ready(), VERSION, { command: 'verack' }))).toEqual([])
    expect(sent(receive(connected(), { command: 'ping', nonce: 1n }))).toEqual([])
    expect(ended(receive(ready(), { command: 'sendcmpct', announce: 2, version: 2n }))).toHaveLength(1)
    expect(ended(receive(ready(), { command: 'mempool' }))).toEqual(['unwanted-mempool-request'])
  })

  it('ends a handshake that takes over a minute, and a silent connection after twenty', () => {
    const mute = connected()
    expect(ended(mute.manager.handle({ type: 'tick' }, NOW + 60_000))).toEqual([])
    expect(ended(mute.manager.handle({ type: 'tick' }, NOW + 60_001))).toEqual(['inactivity-timeout'])
    const slow = connected()
    receive(slow, VERSION)
    expect(ended(slow.manager.handle({ type: 'tick' }, NOW + 60_001))).toEqual(['handshake-timeout'])
    const silent = connected()
    receive(silent, VERSION, { command: 'verack' })
    expect(ended(silent.manager.handle({ type: 'tick' }, NOW + 20 * 60_000))).toEqual([])
    expect(ended(silent.manager.handle({ type: 'tick' }, NOW + 20 * 60_000 + 1))).toEqual(['inactivity-timeout'])
  })

  it('measures the ping', () => {
    const node = new FakeNode(1)
    node.manager.handle({ type: 'peer-connected', peer: 1, kind: 'inbound' }, NOW)
    receive(node, VERSION)
    const ping = receive(node, { command: 'verack' }).find((e) => e.type === 'send' && e.command === 'ping')
    if (ping?.type !== 'send') throw new Error('no ping')
    const bytes = encodeV1(REGTEST.magic, 'pong', ping.payload)
    node.manager.handle({ type: 'bytes-received', peer: 1, bytes }, NOW + 42)
    expect(node.manager.peers()[0]).toMatchObject({ pingTime: 42, minPingTime: 42 })
  })

  it('keeps a block-relay-only connection free of transactions', () => {
    const node = connected('block-relay-only')
    receive(node, VERSION, { command: 'verack' })
    const inv = { command: 'inv', items: [{ type: 1, hash: new Uint8Array(32) }] } as const
    expect(ended(receive(node, inv))).toEqual(['unwanted-transaction'])
  })
})
