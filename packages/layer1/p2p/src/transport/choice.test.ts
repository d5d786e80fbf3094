import { bytesToHex } from '@ply/bytes'
import { expect, it } from 'vitest'
import { FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const NOW = 1_700_000_000_000

it('syncs over the encrypted transport, and both sides know the session', () => {
  const sim = new Simulation(1, NOW)
  const [node, other] = [new FakeNode(1), new FakeNode(2)]
  other.mine(30, NOW / 1000 - 1000)
  sim.connect(node, other, 'outbound', 'v2')
  sim.settle()
  expect(node.chain.tip().height).toBe(30)
  const [info] = node.manager.peers()
  const [back] = other.manager.peers()
  expect([info?.transport, back?.transport]).toEqual(['v2', 'v2'])
  expect(bytesToHex(info!.sessionId!)).toBe(bytesToHex(back!.sessionId!))
  expect(info!.totalSent).toBe(back!.totalReceived)
  expect(node.log).toContain('start sending v2 handshake to peer=1')
})

it('answers in v1 who speaks v1', () => {
  const sim = new Simulation(2, NOW)
  const [node, other] = [new FakeNode(1), new FakeNode(2)]
  sim.push(node, { type: 'peer-connected', peer: 1, kind: 'inbound', transport: 'v2' })
  sim.settle()
  expect(node.manager.peers()[0]).toMatchObject({ transport: 'detecting', totalSent: 0 })
  const [first] = other.manager.handle({ type: 'peer-connected', peer: 1, kind: 'outbound' }, NOW).slice(1)
  if (first?.type !== 'send') throw new Error('no version')
  const effects = node.manager.handle({ type: 'bytes-received', peer: 1, bytes: first.bytes }, NOW)
  expect(effects.filter((effect) => effect.type === 'send')[0]).toMatchObject({ command: 'version' })
  expect(node.manager.peers()[0]).toMatchObject({ transport: 'v1', sessionId: undefined })
})

it('asks to try v1 where the peer hangs up without a word', () => {
  const node = new FakeNode(1)
  const connect = { type: 'peer-connected', peer: 1, kind: 'manual', address: '1.2.3.4:5', transport: 'v2' } as const
  node.manager.handle(connect, NOW)
  const effects = node.manager.handle({ type: 'peer-disconnected', peer: 1 }, NOW)
  expect(effects).toContainEqual({ type: 'retry-with-v1', peer: 1, address: '1.2.3.4:5', kind: 'manual' })
  node.manager.handle({ ...connect, transport: 'v1' }, NOW)
  const types = node.manager.handle({ type: 'peer-disconnected', peer: 1 }, NOW).map((effect) => effect.type)
  expect(types).not.toContain('retry-with-v1')
})
