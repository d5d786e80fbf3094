import { REGTEST } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import {
  type ConnectionKind,
  encodeMessage,
  encodeV1,
  type Message,
  type PeerEffect,
  type PeerEvent,
  type Permission,
} from '../index.ts'
import type { NetAddress } from '../message/netAddress.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { AddressManager } from './addrman/addrman.ts'
import { formatHost, parseService } from './text.ts'

const START = 1_700_000_000_000
const MINUTE = 60_000
const address = (i: number, time = START / 1000): NetAddress => ({
  ...parseService(`${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.9`, 8333)!,
  time,
  services: 9n,
})
const addresses = (count: number, from = 0) => Array.from({ length: count }, (_, i) => address(from + i))

type Sent = Extract<PeerEffect, { type: 'send' }>

class Gossip {
  readonly book = new AddressManager(new SeededEntropy(5))
  readonly node: FakeNode
  now = START
  #peers = 0
  readonly #sent: Sent[] = []

  constructor(options: { readonly unwanted?: string } = {}) {
    const isUnwanted = (host: Parameters<typeof formatHost>[0]) => formatHost(host) === options.unwanted
    this.node = new FakeNode(1, { book: this.book, isUnwanted })
  }

  connect(kind: ConnectionKind = 'inbound', permissions: Permission[] = [], addrv2 = false): number {
    const peer = ++this.#peers
    const where = { address: `9.9.${peer}.9:5`, localAddress: '127.0.0.1:1' }
    const connected = { type: 'peer-connected', peer, kind, permissions: new Set(permissions), ...where } as const
    this.node.manager.handle(connected, this.now)
    const nowhere = { services: 0n, ip: new Uint8Array(16), port: 0 }
    this.receive(peer, {
      ...{ command: 'version', version: 70016, services: 9n, time: 0n, receiver: nowhere, sender: nowhere },
      ...{ nonce: BigInt(peer), userAgent: '', startHeight: 0, relay: true },
    })
    if (addrv2) this.receive(peer, { command: 'sendaddrv2' })
    this.receive(peer, { command: 'verack' })
    return peer
  }

  receive(peer: number, message: Message): PeerEffect[] {
    const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
    return this.#handle({ type: 'bytes-received', peer, bytes })
  }

  tell(peer: number, told: readonly NetAddress[]): PeerEffect[] {
    return this.receive(peer, { command: 'addr', addresses: told })
  }

  /** Messages with addresses since the last call, and in the five minutes that pass now. */
  wait(): Sent[] {
    for (let step = 0; step < 10; step++) {
      this.now += MINUTE / 2
      this.#handle({ type: 'tick' })
    }
    return this.#sent.splice(0)
  }

  #handle(event: PeerEvent): PeerEffect[] {
    const effects = this.node.manager.handle(event, this.now)
    for (const effect of effects)
      if (effect.type === 'send' && effect.command.startsWith('addr')) this.#sent.push(effect)
    return effects
  }

  info(peer: number) {
    return this.node.manager.peers().find(({ id }) => id === peer)!.addressRelay
  }
}

describe('address gossip', () => {
  it('goes on to two peers that take part, not to its source, and into the book', () => {
    const gossip = new Gossip()
    const source = gossip.connect()
    const others = Array.from({ length: 5 }, () => gossip.connect())
    const silent = gossip.connect()
    for (const peer of others) gossip.receive(peer, { command: 'getaddr' })
    gossip.tell(source, [address(1)])
    const sent = gossip.wait()
    expect(sent).toHaveLength(2)
    expect(sent.every(({ peer }) => others.includes(peer))).toBe(true)
    expect(gossip.info(silent).enabled).toBe(false)
    expect(gossip.book.size()).toBe(1)
    expect(gossip.book.find(address(1))?.time).toBe(START / 1000 - 7200)
  })

  it('stops long messages, old news, and what comes first from a peer that was asked', () => {
    const gossip = new Gossip()
    const [source, other] = [gossip.connect('inbound', ['addr']), gossip.connect()]
    gossip.tell(other, [])
    gossip.tell(source, addresses(11))
    gossip.tell(source, [address(100, START / 1000 - 601)])
    expect(gossip.wait()).toEqual([])
    const outbound = gossip.connect('outbound')
    gossip.tell(outbound, [address(200, gossip.now / 1000)])
    expect(gossip.wait()).toEqual([])
    gossip.tell(outbound, [address(201, gossip.now / 1000)])
    expect(
      gossip
        .wait()
        .map(({ peer }) => peer)
        .sort(),
    ).toEqual([source, other])
  })

  it('counts against an allowance of one in ten seconds, but for who may more', () => {
    const gossip = new Gossip()
    const peer = gossip.connect()
    gossip.tell(peer, addresses(600))
    expect(gossip.info(peer)).toEqual({ enabled: true, processed: 1, rateLimited: 599 })
    gossip.now += 100_000
    gossip.tell(peer, addresses(200, 1000))
    expect(gossip.info(peer)).toEqual({ enabled: true, processed: 11, rateLimited: 789 })
    const outbound = gossip.connect('outbound')
    gossip.tell(outbound, addresses(1000, 2000))
    gossip.tell(outbound, addresses(100, 4000))
    expect(gossip.info(outbound)).toMatchObject({ processed: 1001, rateLimited: 99 })
    const trusted = gossip.connect('inbound', ['addr'])
    gossip.tell(trusted, addresses(900, 5000))
    expect(gossip.info(trusted)).toMatchObject({ processed: 900, rateLimited: 0 })
  })

  it('never takes place with block-relay-only peers', () => {
    const gossip = new Gossip()
    const peer = gossip.connect('block-relay-only')
    gossip.tell(peer, addresses(10))
    expect(gossip.info(peer)).toEqual({ enabled: false, processed: 0, rateLimited: 0 })
    expect(gossip.book.size()).toBe(0)
  })

  it('keeps away who is banned', () => {
    const gossip = new Gossip({ unwanted: formatHost(address(3)) })
    gossip.tell(gossip.connect('inbound', ['addr']), [address(3), address(4)])
    expect(gossip.book.find(address(3))).toBeUndefined()
    expect(gossip.book.find(address(4))).toBeDefined()
  })

  it('punishes more than 1000 in a message', () => {
    const gossip = new Gossip()
    const peer = gossip.connect()
    const body = encodeMessage({ command: 'addr', addresses: addresses(1001) })
    const bytes = encodeV1(REGTEST.magic, 'addr', body)
    const effects = gossip.node.manager.handle({ type: 'bytes-received', peer, bytes }, START)
    expect(effects).toContainEqual(expect.objectContaining({ type: 'disconnect', discourage: true }))
    expect(gossip.node.log.concat(effects.map((e) => (e.type === 'log' ? e.text : '')))).toContain(
      `Misbehaving: peer=${peer}: addr message size = 1001`,
    )
  })
})

describe('getaddr', () => {
  function withBook(): Gossip {
    const gossip = new Gossip()
    for (const one of addresses(1000)) gossip.book.add([one], one, { now: START / 1000 })
    return gossip
  }
  const asked = (gossip: Gossip, peer: number): NetAddress[] => {
    gossip.receive(peer, { command: 'getaddr' })
    return gossip.wait().flatMap((effect) => (effect.peer === peer ? read(effect) : []))
  }
  const read = (effect: Sent): NetAddress[] =>
    Array.from({ length: Math.floor(effect.payload.length / 30) }, (_, i) => ({
      ...{ time: 0, services: 0n, network: 1, port: 8333 },
      address: effect.payload.slice(1 + (effect.payload[0] === 0xfd ? 2 : 0) + 30 * i + 24).slice(0, 4),
    }))

  it('is answered once, with under a quarter of the book, to those who came to us', () => {
    const gossip = withBook()
    const peer = gossip.connect()
    const size = gossip.book.size()
    expect(asked(gossip, peer)).toHaveLength(Math.floor(size * 0.23))
    expect(asked(gossip, peer)).toEqual([])
    expect(asked(gossip, gossip.connect('outbound'))).toEqual([])
  })

  it('gets the same answer for a day, but for who may more', () => {
    const gossip = withBook()
    const names = (peer: number) =>
      asked(gossip, peer)
        .map((one) => one.address.join('.'))
        .sort()
    const first = names(gossip.connect())
    expect(names(gossip.connect())).toEqual(first)
    expect(names(gossip.connect('inbound', ['addr']))).not.toEqual(first)
    gossip.now += 28 * 60 * MINUTE
    expect(names(gossip.connect())).not.toEqual(first)
  })
})

it('tells no addrv2 address to peers that do not understand it', () => {
  const gossip = new Gossip()
  const [source, old, modern] = [gossip.connect(), gossip.connect(), gossip.connect('inbound', [], true)]
  for (const peer of [old, modern]) gossip.tell(peer, [])
  const tor = parseService('pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion', 8333)!
  gossip.receive(source, { command: 'addrv2', addresses: [{ ...tor, time: START / 1000, services: 9n }] })
  expect(gossip.wait()).toMatchObject([{ peer: modern, command: 'addrv2' }])
})

it('an addr-fetch ends when more than one address came, or after five minutes', () => {
  const gossip = new Gossip()
  const ends = (effects: PeerEffect[]) => effects.some((effect) => effect.type === 'disconnect')
  const peer = gossip.connect('addr-fetch')
  expect(ends(gossip.tell(peer, [address(1)]))).toBe(false)
  expect(ends(gossip.tell(peer, addresses(2)))).toBe(true)
  gossip.connect('addr-fetch')
  expect(ends(gossip.node.manager.handle({ type: 'tick' }, START + 300_001))).toBe(true)
})

it('whom we reached goes to the tried addresses; a feeler does no more', () => {
  const gossip = new Gossip()
  const own = { ...parseService('9.9.1.9:5', 0)!, time: START / 1000, services: 1n }
  gossip.book.add([own], own, { now: START / 1000 })
  gossip.connect('feeler')
  expect(gossip.book.find(own)).toMatchObject({ tried: true, services: 9n })
  expect(gossip.node.manager.peers()).toEqual([])
})
