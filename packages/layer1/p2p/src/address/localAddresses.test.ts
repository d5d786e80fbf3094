import { REGTEST } from '@ply/primitives'
import { describe, expect, it, test } from 'vitest'
import {
  type ConnectionKind,
  decodeMessage,
  encodeMessage,
  encodeV1,
  NETWORK_IPV4,
  NETWORK_IPV6,
  NETWORK_TORV3,
  toCjdns,
} from '../index.ts'
import { toMappedIp } from '../message/netAddress.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { LOCAL_SCORE, LocalAddresses } from './localAddresses.ts'
import { computeReachability } from './reachability.ts'
import { formatService, parseHost, parseService } from './text.ts'

const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion'
const I2P = 'c4gfnttsuwqomiygupdqqqyy5y5emnk5c73hrfvatri67prd7vyq.b32.i2p'
const service = (text: string) => parseService(text, 8333)!
const host = (text: string) => toCjdns(parseHost(text)!)
const IP = new Set([NETWORK_IPV4, NETWORK_IPV6])

function create(discover = true) {
  const own = new LocalAddresses({ discover, isReachable: (network) => IP.has(network) })
  const listed = () => own.list().map(({ service: at, score }) => `${formatService(at)} ${score}`)
  return { own, listed }
}

describe('our addresses', () => {
  it('are told apart by host; who is as sure names the port, and what is said again is surer', () => {
    const { own, listed } = create()
    expect(own.add(service('9.9.9.9:1'), LOCAL_SCORE.bound)).toBe(true)
    expect(own.add(service('9.9.9.9:2'), LOCAL_SCORE.interface)).toBe(true)
    expect(listed()).toEqual(['9.9.9.9:1 2'])
    own.add(service('9.9.9.9:3'), LOCAL_SCORE.named)
    own.add(service('[2a02::1]:4'), LOCAL_SCORE.interface)
    own.add(service('8.8.8.8:5'), LOCAL_SCORE.interface)
    expect(listed()).toEqual(['8.8.8.8:5 1', '9.9.9.9:3 5', '[2a02::1]:4 1'])
    own.seen(host('8.8.8.8'))
    own.seen(host('7.7.7.7'))
    own.remove(service('9.9.9.9:3'))
    expect(listed()).toEqual(['8.8.8.8:5 2', '[2a02::1]:4 1'])
  })

  it('are none that nobody can reach, nor in networks without a way in, nor found where only named ones count', () => {
    const { own, listed } = create()
    expect(own.add(service('192.168.1.1:1'), LOCAL_SCORE.named)).toBe(false)
    expect(own.add(service('127.0.0.1:1'), LOCAL_SCORE.named)).toBe(false)
    expect(own.add(service(`${ONION}:1`), LOCAL_SCORE.named)).toBe(false)
    expect(own.add(service(`${ONION}:1`), LOCAL_SCORE.named, { anyNetwork: true })).toBe(true)
    expect(listed()).toEqual([`${ONION}:1 4`])
    const named = create(false)
    expect(named.own.add(service('9.9.9.9:1'), LOCAL_SCORE.mapped)).toBe(false)
    expect(named.own.add(service('9.9.9.9:1'), LOCAL_SCORE.named)).toBe(true)
  })

  it('are chosen by the way that a peer can go, and hidden ones told to none outside of their network', () => {
    const { own } = create()
    for (const text of ['9.9.9.9:1', '[2a02::1]:2', `${ONION}:3`]) {
      own.add(service(text), LOCAL_SCORE.named, { anyNetwork: true })
    }
    const best = (peer: string, network = host(peer).network) =>
      own.bestFor({ host: host(peer), network })?.service.port
    expect(best('8.8.8.8')).toBe(1)
    expect(best('2a02::9')).toBe(2)
    expect(best('127.0.0.1')).toBe(1)
    expect(best(ONION)).toBe(3)
    expect(best('127.0.0.1', NETWORK_TORV3)).toBe(3)
    expect(best(I2P)).toBeUndefined()
    expect(best('fc00::1')).toBeUndefined()
    own.add(service('7.7.7.7:4'), LOCAL_SCORE.interface)
    own.seen(host('9.9.9.9'))
    expect(best('8.8.8.8')).toBe(1)
    for (let i = 0; i < 9; i++) own.seen(host('7.7.7.7'))
    expect(best('8.8.8.8')).toBe(4)
  })
})

test.each([
  ['8.8.8.8', ['9.9.9.9', '2a02::1']],
  ['2a02::9', ['2a02::1', '9.9.9.9', '2002:909:909::1', '2001::1', I2P]],
  [ONION, [ONION, '9.9.9.9', '2a02::1']],
  [I2P, [I2P, '9.9.9.9']],
  ['fc00::1', ['fc00::2', '2a02::1']],
  ['2001::9', ['9.9.9.9', '2a02::1', '2001::1', 'fc00::2']],
  ['127.0.0.1', [ONION, '9.9.9.9', '2a02::1', '2001::1', I2P]],
  ['9.9.9.9', ['2a02::1', '10.0.0.1']],
])('%s reaches the first of these best', (from, candidates) => {
  const values = candidates.map((own) => computeReachability(host(own), host(from)))
  expect(values).toEqual([...values].sort((a, b) => b - a))
  expect(new Set(values).size).toBe(values.length)
})

describe('presenting ourselves', () => {
  /** What each of many peers is told of us, who see us at `seen`. */
  function told(own: LocalAddresses, kind: ConnectionKind, seen: string, listens = true): string[] {
    const found: string[] = []
    for (let peer = 1; peer <= 64; peer++) {
      const node = new FakeNode(peer, { localAddresses: own, listens, listenPort: 18444 })
      const handle = (event: Parameters<typeof node.manager.handle>[0], now: number): void => {
        for (const effect of node.manager.handle(event, now)) {
          if (effect.type !== 'send' || effect.command !== 'addr') continue
          const message = decodeMessage('addr', effect.bytes.subarray(24))
          if (message.ok && message.value.command === 'addr') found.push(...message.value.addresses.map(formatService))
        }
      }
      const receive = (message: Parameters<typeof encodeMessage>[0]): void =>
        handle(
          { type: 'bytes-received', peer, bytes: encodeV1(REGTEST.magic, message.command, encodeMessage(message)) },
          NOW,
        )
      const where = { address: '8.8.8.8:5', localAddress: '127.0.0.1:1' }
      handle({ type: 'peer-connected', peer, kind, transport: 'v1', permissions: new Set(), ...where }, NOW)
      const us = service(seen)
      const receiver = { services: 0n, ip: toMappedIp(us.network, us.address)!, port: us.port }
      receive({
        ...{ command: 'version', version: 70016, services: 9n, time: 0n, receiver, sender: receiver },
        ...{ nonce: BigInt(peer), userAgent: '', startHeight: 0, relay: true },
      })
      receive({ command: 'verack' })
      receive({ command: 'getaddr' })
      handle({ type: 'tick' }, NOW + 1000)
    }
    return found
  }
  const NOW = 1_700_000_000_000
  const counts = (texts: readonly string[]) => {
    const sums: Record<string, number> = {}
    for (const text of texts) sums[text] = (sums[text] ?? 0) + 1
    return sums
  }

  it('takes place under the address that is known, or sometimes under the one that a peer sees', () => {
    const { own } = create()
    own.add(service('9.9.9.9:1'), LOCAL_SCORE.interface)
    const known = counts(told(own, 'outbound', '7.7.7.7:999'))
    expect(Object.keys(known).sort()).toEqual(['7.7.7.7:1', '9.9.9.9:1'])
    expect(known['7.7.7.7:1']).toBeGreaterThan(16)
    expect(known['7.7.7.7:1']).toBeLessThan(48)
    for (let i = 0; i < 9; i++) own.seen(host('9.9.9.9'))
    expect(counts(told(own, 'outbound', '7.7.7.7:999'))['7.7.7.7:1']).toBeLessThan(20)
  })

  it('takes the port from who came to us, and else the one that we listen on', () => {
    const { own } = create()
    expect(counts(told(own, 'inbound', '7.7.7.7:999'))).toEqual({ '7.7.7.7:999': 64 })
    expect(counts(told(own, 'outbound', '7.7.7.7:999'))).toEqual({ '7.7.7.7:18444': 64 })
    expect(told(own, 'outbound', '10.0.0.7:999')).toEqual([])
  })

  it('does not take place where nobody is let in, nor under what was only seen where only named ones count', () => {
    const { own } = create()
    own.add(service('9.9.9.9:1'), LOCAL_SCORE.named)
    expect(told(own, 'outbound', '7.7.7.7:999', false)).toEqual([])
    expect(told(create(false).own, 'outbound', '7.7.7.7:999')).toEqual([])
    const named = create(false).own
    named.add(service('9.9.9.9:1'), LOCAL_SCORE.named)
    expect(counts(told(named, 'outbound', '7.7.7.7:999'))).toEqual({ '9.9.9.9:1': 64 })
  })

  it('counts who came to us and found us there', () => {
    const { own, listed } = create()
    own.add(service('9.9.9.9:1'), LOCAL_SCORE.bound)
    told(own, 'outbound', '9.9.9.9:1')
    expect(listed()).toEqual(['9.9.9.9:1 2'])
    told(own, 'inbound', '9.9.9.9:1')
    expect(listed()).toEqual(['9.9.9.9:1 66'])
  })
})
