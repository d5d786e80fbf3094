import { createRandom, SeededEntropy } from '@ply/testkit'
import { describe, expect, it, test } from 'vitest'
import { NETWORK_I2P, NETWORK_IPV4 } from '../../message/netAddress.ts'
import { hostKey, type Service } from '../host.ts'
import { formatHost, parseHost, parseService, toCjdns } from '../text.ts'
import { AddressManager } from './addrman.ts'
import { AddressTables } from './tables.ts'

const NOW = 1_700_000_000
/** Bitcoin Core's key for tests. */
const TEST_KEY = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0))

const service = (text: string): Service => toCjdns(parseService(text, 8333)!)
const address = (text: string, time = NOW) => ({ ...service(text), time, services: 9n })
const source = (text: string) => parseHost(text)!
const create = (key = TEST_KEY) => new AddressManager(new SeededEntropy(1), new AddressTables(key))

function addOwn(manager: AddressManager, text: string, tried = false): boolean {
  const added = manager.add([address(text)], service(text), { now: NOW })
  return tried ? added && manager.good(service(text), NOW) : added
}

describe('Bitcoin Core finds addresses at the same places (rpc_net)', () => {
  const tor = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion'
  const otherTor = 'nrfj6inpyf73gpkyool35hcmne5zwfmse3jl3aw23vk7chdemalyaqad.onion'
  const i2p = 'c4gfnttsuwqomiygupdqqqyy5y5emnk5c73hrfvatri67prd7vyq.b32.i2p'
  const manager = create()
  const listed = (table: 'new' | 'tried') =>
    Object.fromEntries(
      manager.placed(table).map(({ entry, place }) => [`${place.bucket}/${place.position}`, formatHost(entry)]),
    )

  it('in both tables, for every network', () => {
    const tried = ['1.2.3.4', '[1233:3432:2434:2343:3234:2345:6546:4534]:8333', tor, `${otherTor}:45324`]
    const fresh = ['2.0.0.0', '[2803:0:1234:abcd::1]:45324', '[fc00:1:2:3:4:5:6:7]:8333', i2p]
    for (const text of tried) expect(addOwn(manager, text, true)).toBe(true)
    for (const text of fresh) expect(addOwn(manager, text)).toBe(true)
    expect(listed('new')).toEqual({
      '82/8': '2.0.0.0',
      '336/24': 'fc00:1:2:3:4:5:6:7',
      '613/6': '2803:0:1234:abcd::1',
      '963/46': i2p,
    })
    expect(listed('tried')).toEqual({
      '6/33': '1.2.3.4',
      '72/61': tor,
      '139/46': otherTor,
      '197/34': '1233:3432:2434:2343:3234:2345:6546:4534',
    })
    expect(manager.size({ network: NETWORK_I2P })).toBe(1)
    expect(manager.size({ table: 'tried' })).toBe(4)
  })

  it('and the same address in the way', () => {
    expect(addOwn(manager, '1.2.5.45', true)).toBe(false)
    expect(manager.size({ table: 'new' })).toBe(5)
    expect(formatHost(manager.selectTriedCollision()!)).toBe('1.2.3.4')
  })
})

describe('test before evict', () => {
  function collision(): AddressManager {
    const manager = create()
    addOwn(manager, '1.2.3.4', true)
    addOwn(manager, '1.2.5.45', true)
    return manager
  }
  const inTried = (manager: AddressManager) => manager.placed('tried').map(({ entry }) => formatHost(entry))

  it('keeps the one that answered of late', () => {
    const manager = collision()
    manager.resolveCollisions(NOW + 1000)
    expect(inTried(manager)).toEqual(['1.2.3.4'])
    expect(manager.selectTriedCollision()).toBeUndefined()
  })

  it('replaces the one that was asked and did not answer', () => {
    const manager = collision()
    const later = NOW + 5 * 3600
    manager.attempt(service('1.2.3.4'), later, false)
    manager.good(service('1.2.5.45'), later)
    manager.resolveCollisions(later + 60)
    expect(inTried(manager)).toEqual(['1.2.3.4'])
    manager.resolveCollisions(later + 61)
    expect(inTried(manager)).toEqual(['1.2.5.45'])
    expect(manager.placed('new').map(({ entry }) => formatHost(entry))).toEqual(['1.2.3.4'])
  })

  it('replaces the one that could not be tested for forty minutes', () => {
    const manager = collision()
    const later = NOW + 5 * 3600
    manager.good(service('1.2.5.45'), later)
    manager.resolveCollisions(later + 40 * 60)
    expect(inTried(manager)).toEqual(['1.2.3.4'])
    manager.resolveCollisions(later + 40 * 60 + 1)
    expect(inTried(manager)).toEqual(['1.2.5.45'])
  })
})

test('one source fills few buckets, whatever it tells', () => {
  const manager = create()
  const told = Array.from({ length: 20_000 }, (_, i) => address(`${1 + (i % 9)}.${i >> 8}.${i & 255}.7`))
  manager.add(told, source('9.8.7.6'), { now: NOW })
  const buckets = new Set(manager.placed('new').map(({ place }) => place.bucket))
  expect(buckets.size).toBeLessThanOrEqual(64)
  expect(manager.size()).toBeLessThanOrEqual(64 * 64)
})

test('an address told by many stands in up to eight buckets', () => {
  const manager = create()
  for (let i = 0; i < 3000; i++) {
    manager.add([address('4.4.4.4', NOW + i)], source(`${1 + (i % 200)}.${i >> 4}.1.1`), { now: NOW + i })
  }
  const places = manager.placed('new')
  expect(places.length).toBe(manager.find(service('4.4.4.4'))!.references)
  expect(places.length).toBeGreaterThan(3)
  expect(places.length).toBeLessThanOrEqual(8)
  expect(manager.size()).toBe(1)
  manager.good(service('4.4.4.4'), NOW)
  expect(manager.placed('new')).toEqual([])
  expect(manager.size({ table: 'tried' })).toBe(1)
})

test('refuses what cannot be reached from outside', () => {
  const manager = create()
  for (const text of ['10.0.0.1', '192.168.1.1', '127.0.0.1', '[::1]:1', '[fe80::1]:1', '0.0.0.0', '198.51.100.1']) {
    expect(addOwn(manager, text)).toBe(false)
  }
})

test('times: a penalty for hearsay, and news only when they are news', () => {
  const manager = create()
  manager.add([address('4.4.4.4', NOW - 100)], source('5.5.5.5'), { now: NOW, penalty: 7200 })
  expect(manager.find(service('4.4.4.4'))!.time).toBe(NOW - 7300)
  manager.add([address('4.4.4.4', NOW)], source('4.4.4.4'), { now: NOW, penalty: 7200 })
  expect(manager.find(service('4.4.4.4'))!.time).toBe(NOW)
  manager.connected(service('4.4.4.4'), NOW + 1200)
  expect(manager.find(service('4.4.4.4'))!.time).toBe(NOW)
  manager.connected(service('4.4.4.4'), NOW + 1201)
  expect(manager.find(service('4.4.4.4'))!.time).toBe(NOW + 1201)
})

test('chooses seldom what failed just now, and only from the networks asked for', () => {
  const manager = create()
  addOwn(manager, '4.4.4.4', true)
  addOwn(manager, '5.5.5.5')
  manager.attempt(service('4.4.4.4'), NOW + 3600, true)
  const counts = new Map<string, number>()
  for (let i = 0; i < 100; i++) {
    const chosen = hostKey(manager.select(NOW + 3600, { newOnly: i % 2 === 0 })!)
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
  }
  expect(counts.get(hostKey(service('5.5.5.5')))).toBeGreaterThan(60)
  expect(manager.select(NOW, { networks: [NETWORK_I2P] })).toBeUndefined()
  expect(manager.select(NOW, { networks: [NETWORK_IPV4], newOnly: true })?.address).toEqual(service('5.5.5.5').address)
  expect(create().select(NOW)).toBeUndefined()
})

test('tells others a part, and nothing terrible', () => {
  const manager = create()
  const random = createRandom(4)
  for (let i = 0; i < 400; i++) {
    const text = `${1 + random.below(100)}.${random.below(200)}.1.${random.below(250)}`
    manager.add([address(text, i % 2 ? NOW : NOW - 31 * 86_400)], service(text), { now: NOW })
  }
  const size = manager.size()
  expect(manager.addresses({ count: 1000, percent: 23 }, NOW)).toHaveLength(Math.floor(size * 0.23))
  const all = manager.addresses({ count: 0, percent: 0 }, NOW)
  expect(all.length).toBeLessThan(size * 0.6)
  expect(all.every(({ time }) => time === NOW)).toBe(true)
  expect(manager.addresses({ count: 3, percent: 0, filtered: false }, NOW)).toHaveLength(3)
})

test('seeded entropy makes all choices again', () => {
  const run = () => {
    const manager = new AddressManager(new SeededEntropy(9))
    for (let i = 1; i < 200; i++) addOwn(manager, `${i}.2.3.4`, i % 3 === 0)
    return Array.from({ length: 20 }, () => formatHost(manager.select(NOW)!))
  }
  expect(run()).toEqual(run())
})

test('a book that is almost empty is not searched at random: one address is found at once, in either table', () => {
  const entropy = new SeededEntropy(1)
  let draws = 0
  const counted = { bytes: (length: number) => (draws++, entropy.bytes(length)) }
  const book = new AddressManager(counted, new AddressTables(TEST_KEY))
  addOwn(book, '2.0.0.0')
  for (const networks of [undefined, [NETWORK_IPV4]]) {
    draws = 0
    expect(book.select(NOW + 5000, networks && { networks })?.address).toEqual(service('2.0.0.0').address)
    expect(draws).toBeLessThan(5)
  }
  expect(book.select(NOW + 5000, { networks: [NETWORK_I2P] })).toBeUndefined()
  addOwn(book, '2.0.0.0', true)
  draws = 0
  expect(book.select(NOW + 5000)?.address).toEqual(service('2.0.0.0').address)
  expect(draws).toBeLessThan(5)
})
