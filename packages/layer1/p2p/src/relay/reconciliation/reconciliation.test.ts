import { REGTEST } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { encodeMessage, encodeV1, type Message, type PeerManagerOptions } from '../../index.ts'
import { FakeNode } from '../../test/fakeNode.ts'
import { Simulation } from '../../test/simulation.ts'
import { computeShortIdKeys } from './reconciliation.ts'

const START = 1_700_000_000
const PEER = 500
const OFFER: Message = { command: 'sendtxrcncl', version: 1, salt: 2n }

interface SetUp {
  readonly options?: Partial<PeerManagerOptions>
  readonly version?: number
  readonly relay?: boolean
}

/** A node that a peer connected to, which sent its `version` and no `verack`. */
function setUp({ options = { reconcileTransactions: true }, version = 70016, relay = true }: SetUp = {}) {
  const sim = new Simulation(1, (START + 60) * 1000)
  const node = new FakeNode(1, options)
  const log: string[] = []
  const send = (message: Message): string[] => {
    const effects = node.manager.handle(
      { type: 'bytes-received', peer: PEER, bytes: encodeV1(REGTEST.magic, message.command, encodeMessage(message)) },
      sim.now,
    )
    for (const effect of effects) if (effect.type === 'log') log.push(effect.text)
    return effects.flatMap((effect) => {
      if (effect.type === 'send') return [effect.command]
      return effect.type === 'disconnect' ? [effect.reason] : []
    })
  }
  node.manager.handle({ type: 'peer-connected', peer: PEER, kind: 'inbound' }, sim.now)
  const endpoint = { services: 0n, ip: new Uint8Array(16), port: 0 }
  const nowhere = { receiver: endpoint, sender: endpoint, nonce: 1n, userAgent: '', startHeight: 0 }
  const sent = send({ command: 'version', version, services: 0n, time: 0n, ...nowhere, relay })
  return { sent, send, log }
}

describe('sendtxrcncl', () => {
  it('is sent before verack to who relays transactions', () => {
    expect(setUp().sent).toEqual(['version', 'wtxidrelay', 'sendaddrv2', 'sendtxrcncl', 'verack'])
  })

  it.each<[string, SetUp]>([
    ['it was not asked for', { options: {} }],
    ['the peer knows no wtxids', { version: 70015 }],
    ['the peer wants no transactions', { relay: false }],
    ['we want none', { options: { reconcileTransactions: true, relayTransactions: false } }],
  ])('is not sent where %s', (_, fields) => {
    expect(setUp(fields).sent).not.toContain('sendtxrcncl')
  })

  it.each<[string, Message, SetUp]>([
    ['a version that never was', { ...OFFER, version: 0 }, {}],
    ['one that told of no transactions', OFFER, { relay: false }],
    [
      'one that was told that we want none',
      OFFER,
      { options: { reconcileTransactions: true, relayTransactions: false } },
    ],
  ])('ends the connection with %s', (_, message, fields) => {
    expect(setUp(fields).send(message)).toEqual(['invalid-reconciliation'])
  })

  it('comes once and before verack', () => {
    const { send, log } = setUp()
    expect(send({ ...OFFER, version: 2 })).toEqual([])
    expect(log.at(-1)).toBe('Register peer=500 (inbound=1)')
    expect(send(OFFER)).toEqual(['invalid-reconciliation'])
    const late = setUp()
    late.send({ command: 'verack' })
    expect(late.send(OFFER)).toEqual(['negotiation-after-verack'])
  })

  it('is passed over where it was not offered', () => {
    const { send, log } = setUp({ version: 70015 })
    expect(send(OFFER)).toEqual([])
    expect(log).toContain('Ignore unexpected txreconciliation signal from peer=500')
  })

  it('means nothing without wtxids', () => {
    const { send, log } = setUp()
    send(OFFER)
    send({ command: 'verack' })
    expect(log).toContain('Forget txreconciliation state of peer=500')
    const other = setUp()
    other.send({ command: 'wtxidrelay' })
    other.send(OFFER)
    other.send({ command: 'verack' })
    expect(other.log.some((line) => line.startsWith('Forget'))).toBe(false)
  })
})

it('both sides reach the same keys', () => {
  expect(computeShortIdKeys(1n, 2n)).toEqual(computeShortIdKeys(2n, 1n))
  expect(computeShortIdKeys(1n, 2n)).not.toEqual(computeShortIdKeys(1n, 3n))
})
