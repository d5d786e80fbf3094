import { type BlockHash } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import {
  encodeMessage,
  type Message,
  NODE_COMPACT_FILTERS,
  NODE_NETWORK,
  NODE_WITNESS,
  type PeerEffect,
} from '../index.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const START = 1_700_000_000
const SERVICES = NODE_NETWORK | NODE_WITNESS | NODE_COMPACT_FILTERS

/** A node with 250 blocks that serves filters, and a client of it. */
function setUp(services = SERVICES) {
  const sim = new Simulation(1, (START + 600) * 1000)
  const [node, client] = [new FakeNode(1, { services }), new FakeNode(2)]
  node.mine(250, START)
  const [, peer] = sim.connect(client, node)
  sim.settle()
  const send = (message: Message) => sim.frame(node, peer, message.command, encodeMessage(message))
  const answer = (data: Extract<Parameters<typeof node.manager.handle>[0], { type: 'filters-loaded' }>['data']) =>
    node.manager.handle({ type: 'filters-loaded', peer, data }, sim.now)
  const hashAt = (height: number): BlockHash => node.chain.activeAt(height)!.hash
  return { node, send, answer, hashAt }
}

const commands = (effects: readonly PeerEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.command] : []))
const loads = (effects: readonly PeerEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'load-filters' ? [effect] : []))
const none = { filters: [], hashes: [], headers: [] }
const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)

describe('block filters', () => {
  it('come in batches, each asked for when the one before is sent', () => {
    const { send, answer, hashAt } = setUp()
    const [first] = loads(send({ command: 'getcfilters', filterType: 0, startHeight: 1, stop: hashAt(150) }))
    expect(first!.filters).toHaveLength(100)
    expect(first!.filters[0]).toEqual(hashAt(1))
    const sent = answer({ ...none, filters: first!.filters.map(() => Uint8Array.of(1)) })
    expect(commands(sent).filter((command) => command === 'cfilter')).toHaveLength(100)
    const [second] = loads(sent)
    expect(second!.filters).toEqual(Array.from({ length: 50 }, (_, i) => hashAt(101 + i)))
    expect(loads(answer({ ...none, filters: second!.filters.map(() => Uint8Array.of(2)) }))).toEqual([])
  })

  it('are chained by headers from the one before the first', () => {
    const { send, answer, hashAt } = setUp()
    const [load] = loads(send({ command: 'getcfheaders', filterType: 0, startHeight: 5, stop: hashAt(6) }))
    expect(load).toMatchObject({ hashes: [hashAt(5), hashAt(6)], headers: [hashAt(4)] })
    const [sent] = answer({ ...none, hashes: [bytes(5), bytes(6)], headers: [bytes(4)] }).filter(
      (effect) => effect.type === 'send',
    )
    const expected = { filterType: 0, stop: hashAt(6), previousHeader: bytes(4), hashes: [bytes(5), bytes(6)] }
    expect(sent).toMatchObject({ payload: encodeMessage({ command: 'cfheaders', ...expected }) })
  })

  it('are not sent while the index lacks one, and the next message is heard', () => {
    const { send, answer, hashAt } = setUp()
    send({ command: 'getcfcheckpt', filterType: 0, stop: hashAt(250) })
    expect(commands(send({ command: 'ping', nonce: 1n }))).toEqual([])
    expect(commands(answer(undefined))).toEqual(['pong'])
  })

  it.each<[string, (at: (height: number) => BlockHash) => Message]>([
    ['a type that there is not', (at) => ({ command: 'getcfcheckpt', filterType: 1, stop: at(1) })],
    ['an unknown block', () => ({ command: 'getcfcheckpt', filterType: 0, stop: bytes(9) as BlockHash })],
    ['a range that ends first', (at) => ({ command: 'getcfilters', filterType: 0, startHeight: 3, stop: at(2) })],
  ])('end the connection with who asks for %s', (_, request) => {
    const { send, hashAt } = setUp()
    expect(send(request(hashAt))).toMatchObject([{ type: 'disconnect', reason: 'invalid-filter-request' }])
  })

  it('are not served by a node that does not say so', () => {
    const { send, hashAt } = setUp(NODE_NETWORK | NODE_WITNESS)
    const ended = send({ command: 'getcfilters', filterType: 0, startHeight: 1, stop: hashAt(2) })
    expect(ended).toMatchObject([{ type: 'disconnect', reason: 'invalid-filter-request' }])
  })
})
