import { unwrap } from '@ply/bytes'
import { extractMatches } from '@ply/consensus'
import { computeBlockHash, computeTxid, type Transaction } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import {
  type Command,
  decodeMessage,
  DEFAULT_OPTIONS,
  encodeMessage,
  isKnownCommand,
  type Message,
  MSG_FILTERED_BLOCK,
  NODE_BLOOM,
  type Permission,
} from '../../index.ts'
import { coin, createTx, FakeNode, storedBlock } from '../../test/fakeNode.ts'
import { Simulation } from '../../test/simulation.ts'
import { MAX_BLOOM_FILTER_SIZE } from './bloomFilter.ts'

const START = 1_700_000_000
const PEER = 500
const EVERYTHING = { data: Uint8Array.of(0xff), hashFunctions: 1, tweak: 0, flags: 0 }
const NOTHING = { data: new Uint8Array(64), hashFunctions: 5, tweak: 0, flags: 0 }

interface SetUp {
  readonly services?: bigint
  readonly relay?: boolean
  readonly permissions?: readonly Permission[]
}

/** A node, and a peer of it made by hand, whose messages are sent with `send`. */
function setUp({ services = DEFAULT_OPTIONS.services | NODE_BLOOM, relay = true, permissions = [] }: SetUp = {}) {
  const sim = new Simulation(1, (START + 60) * 1000)
  const node = new FakeNode(1, { services, inboundTrickle: 0 })
  node.mine(1, START)
  const inbox: Message[] = []
  const take = (effects: ReturnType<typeof node.manager.handle>): string[] => {
    const taken: string[] = []
    for (const effect of effects) {
      if (effect.type === 'disconnect') taken.push(`${effect.reason}${effect.discourage ? ', discouraged' : ''}`)
      if (effect.type === 'load-block') {
        const block = storedBlock(node, effect.hash)
        take(node.manager.handle({ type: 'block-loaded', peer: PEER, hash: effect.hash, bytes: block }, sim.now))
      }
      if (effect.type !== 'send' || !isKnownCommand(effect.command)) continue
      inbox.push(unwrap(decodeMessage(effect.command, effect.bytes.subarray(24))))
    }
    return taken
  }
  const send = (message: Message) => take(sim.frame(node, PEER, message.command, encodeMessage(message)))
  const kind = 'inbound'
  take(node.manager.handle({ type: 'peer-connected', peer: PEER, kind, permissions: new Set(permissions) }, sim.now))
  const endpoint = { services: 0n, ip: new Uint8Array(16), port: 0 }
  const nowhere = { receiver: endpoint, sender: endpoint, nonce: 1n, userAgent: '', startHeight: 0 }
  send({ command: 'version', version: 70015, services: 0n, time: 0n, ...nowhere, relay })
  send({ command: 'verack' })
  const received = <C extends Command>(command: C) =>
    inbox.filter((message): message is Extract<Message, { command: C }> => message.command === command)
  const submit = (tx: Transaction): void => {
    unwrap(node.mempool.accept(tx))
    take(node.manager.handle({ type: 'tx-accepted', tx }, sim.now))
  }
  return { sim, node, send, received, submit }
}

describe('BIP 37', () => {
  it('holds transactions back that the filter does not match, until it is cleared', () => {
    const { send, received, submit } = setUp()
    send({ command: 'filterload', ...NOTHING })
    const [first, second, third] = [1, 2, 3].map((n) => createTx([coin(n)])) as [Transaction, Transaction, Transaction]
    submit(first)
    expect(received('inv')).toEqual([])
    send({ command: 'filteradd', data: computeTxid(second) })
    submit(second)
    send({ command: 'filterclear' })
    submit(third)
    const announced = received('inv').flatMap(({ items }) => items.map(({ hash }) => hash))
    expect(announced).toEqual([computeTxid(second), computeTxid(third)])
  })

  it('lets who wanted no transactions at first ask for some later', () => {
    const { node, send, received, submit } = setUp({ relay: false })
    submit(createTx([coin(1)]))
    expect(received('inv')).toEqual([])
    expect(node.manager.peers()).toMatchObject([{ relaysTransactions: false, filtersTransactions: false }])
    send({ command: 'filterload', ...EVERYTHING })
    submit(createTx([coin(2)]))
    expect(received('inv')).toHaveLength(1)
    expect(node.manager.peers()).toMatchObject([{ relaysTransactions: true, filtersTransactions: true }])
  })

  it('shows of the pool what the filter matches', () => {
    const { send, received, submit } = setUp({ relay: false })
    const [one, other] = [createTx([coin(1)]), createTx([coin(2)])]
    submit(one)
    submit(other)
    send({ command: 'filterload', ...NOTHING })
    send({ command: 'filteradd', data: computeTxid(other) })
    send({ command: 'mempool' })
    expect(received('inv')).toMatchObject([{ items: [{ hash: computeTxid(other) }] }])
  })

  it('serves blocks as the filter sees them, with the transactions that match', () => {
    const { sim, node, send, received } = setUp()
    const payments = [createTx([coin(1)]), createTx([coin(2)])]
    const block = sim.mine(node, payments)
    const items = [{ type: MSG_FILTERED_BLOCK, hash: computeBlockHash(block.header) }]
    send({ command: 'getdata', items })
    expect(received('merkleblock')).toEqual([])
    send({ command: 'filterload', ...NOTHING })
    send({ command: 'filteradd', data: computeTxid(payments[1]!) })
    send({ command: 'getdata', items })
    const [filtered] = received('merkleblock')
    const wanted = computeTxid(payments[1]!)
    expect(extractMatches(filtered!)).toEqual({ root: block.header.merkleRoot, txids: [wanted], positions: [2] })
    expect(received('tx').map(({ tx }) => computeTxid(tx))).toEqual([wanted])
  })

  it.each<[string, Message, string]>([
    [
      'a filter that is too large',
      { command: 'filterload', ...EVERYTHING, data: new Uint8Array(MAX_BLOOM_FILTER_SIZE + 1) },
      'oversized-bloom-filter, discouraged',
    ],
    [
      'too many hash functions',
      { command: 'filterload', ...EVERYTHING, hashFunctions: 51 },
      'oversized-bloom-filter, discouraged',
    ],
    ['an item without a filter', { command: 'filteradd', data: Uint8Array.of(1) }, 'invalid-filteradd, discouraged'],
    ['an item that is too long', { command: 'filteradd', data: new Uint8Array(521) }, 'invalid-filteradd, discouraged'],
  ])('is broken by %s', (_, message, expected) => {
    expect(setUp().send(message)).toEqual([expected])
  })

  it('is not spoken with who was not offered it, but for those who may', () => {
    const load: Message = { command: 'filterload', ...EVERYTHING }
    const services = DEFAULT_OPTIONS.services
    expect(setUp({ services }).send(load)).toEqual(['unwanted-bloom-filter'])
    const allowed = setUp({ services, permissions: ['bloomfilter'] })
    expect(allowed.send(load)).toEqual([])
    expect(allowed.received('version')).toMatchObject([{ services: services | NODE_BLOOM }])
  })
})
