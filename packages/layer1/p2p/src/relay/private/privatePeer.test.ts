import { describe, expect, it } from 'vitest'
import { computeTxid, encodeTransaction, REGTEST } from '@ply/primitives'
import {
  type ConnectionKind,
  decodeMessage,
  encodeMessage,
  encodeV1,
  type Message,
  type PeerEffect,
} from '../../index.ts'
import { coin, createTx, FakeNode } from '../../test/fakeNode.ts'
import { VERSION } from '../../test/versionMessage.ts'
import { MSG_TX, MSG_WTX } from '../../protocol.ts'
import { PrivateBroadcast } from './privateBroadcast.ts'

const NOW = 1_700_000_000_000
const VERACK = { command: 'verack' } as const
const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333'
const tx = createTx([coin(1)])
const getdata = (...items: { type: number; hash: Uint8Array }[]): Message => ({ command: 'getdata', items })

function start(kind: ConnectionKind = 'private-broadcast') {
  const queue = new PrivateBroadcast()
  const node = new FakeNode(1, { privateBroadcast: queue })
  const handle = node.manager.handle.bind(node.manager)
  const receive = (...messages: Message[]): PeerEffect[] =>
    messages.flatMap((message) => {
      const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
      return handle({ type: 'bytes-received', peer: 1, bytes }, NOW)
    })
  const first = handle({ type: 'peer-connected', peer: 1, kind, address: ONION }, NOW)
  return { queue, handle, receive, first }
}

const sent = (effects: readonly PeerEffect[]): string[] =>
  effects.filter((effect) => effect.type === 'send').map((effect) => effect.command)
const ended = (effects: readonly PeerEffect[]): string[] =>
  effects.filter((effect) => effect.type === 'disconnect').map((effect) => effect.reason)
const payloadOf = (effects: readonly PeerEffect[], command: string): Uint8Array => {
  const found = effects.find((effect) => effect.type === 'send' && effect.command === command)
  if (found?.type !== 'send') throw new Error(`no ${command}`)
  return found.payload
}

describe('a private connection', () => {
  it('says what all such say, sends one transaction, and ends when it was read', () => {
    const { queue, receive, first } = start()
    queue.add(tx, NOW)
    expect(sent(first)).toEqual(['version'])
    expect(decodeMessage('version', payloadOf(first, 'version'))).toMatchObject({
      value: { version: 70016, services: 0n, time: 0n, userAgent: '/pynode:0.0.1/', startHeight: 0, relay: false },
    })
    expect(queue.torProven).toBe(false)
    expect(sent(receive(VERSION))).toEqual(['verack'])
    expect(sent(receive({ command: 'wtxidrelay' }, { command: 'sendaddrv2' }))).toEqual([])
    expect(sent(receive(VERACK))).toEqual(['inv'])
    expect(sent(receive({ command: 'ping', nonce: 1n }, { command: 'getaddr' }))).toEqual([])
    const served = receive(getdata({ type: MSG_TX, hash: computeTxid(tx) }))
    expect(sent(served)).toEqual(['tx', 'ping'])
    expect(payloadOf(served, 'tx')).toEqual(encodeTransaction(tx))
    const ping = decodeMessage('ping', payloadOf(served, 'ping'))
    if (!ping.ok || ping.value.command !== 'ping') throw new Error('no ping')
    expect(ended(receive({ command: 'pong', nonce: ping.value.nonce }))).toEqual(['the transaction was sent'])
    expect(queue.transactions()[0]?.sendings).toEqual([{ address: ONION, sentAt: NOW, receivedAt: NOW }])
    expect(queue.connectionsWanted).toBe(3)
  })

  it('does not last where there is nothing to send, or nobody to relay it', () => {
    const { receive } = start()
    expect(ended(receive(VERSION, VERACK))).toEqual(['no more transactions for private broadcast (connected in vain)'])
    expect(ended(start().receive({ ...VERSION, relay: false }))).toEqual([
      'does not support transaction relay (connected in vain)',
    ])
    expect(ended(start().receive({ ...VERSION, services: 1n }))).toEqual(['missing-services'])
  })

  it.each([
    ['another transaction', getdata({ type: MSG_TX, hash: new Uint8Array(32) })],
    ['it by another id', getdata({ type: MSG_WTX, hash: computeTxid(tx) })],
    ['more than it', getdata({ type: MSG_TX, hash: computeTxid(tx) }, { type: MSG_TX, hash: computeTxid(tx) })],
  ])('ends where the peer asks for %s', (_, request) => {
    const { queue, receive } = start()
    queue.add(tx, NOW)
    receive(VERSION, VERACK)
    expect(ended(receive(request))).toEqual(['got an unexpected GETDATA message'])
    expect(queue.connectionsWanted).toBe(4)
  })

  it('ends where the transaction was forgotten meanwhile', () => {
    const { queue, receive } = start()
    queue.add(tx, NOW)
    receive(VERSION, VERACK)
    queue.remove(tx)
    expect(ended(receive(getdata({ type: MSG_TX, hash: computeTxid(tx) })))).toEqual([
      'got GETDATA without sending an INV',
    ])
  })

  it('is told of nothing and asked for nothing, and lasts three minutes', () => {
    const { queue, handle, receive } = start()
    queue.add(tx, NOW)
    receive(VERSION, VERACK)
    expect(sent(handle({ type: 'tx-accepted', tx: createTx([coin(2)]) }, NOW))).toEqual([])
    expect(sent(handle({ type: 'ping' }, NOW))).toEqual([])
    expect(sent(handle({ type: 'send-raw', peer: 1, command: 'addr', payload: new Uint8Array(1) }, NOW))).toEqual([])
    expect(sent(handle({ type: 'tick' }, NOW + 180_000))).toEqual([])
    expect(ended(handle({ type: 'tick' }, NOW + 180_001))).toEqual([
      'did not complete the transaction send within 180 seconds',
    ])
  })

  it('ends for a transaction that comes back from another peer, and shows that Tor works', () => {
    const { queue, receive } = start('outbound')
    queue.add(tx, NOW)
    receive(VERSION, VERACK)
    expect(queue.torProven).toBe(true)
    receive({ command: 'tx', tx })
    expect(queue.transactions()).toEqual([])
    expect(queue.connectionsWanted).toBe(0)
  })
})
