import { AddressManager, type NetAddress, NETWORK_I2P, NETWORK_IPV4, NETWORK_NAMES, parseService } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import { createSignet, NETWORKS, type NetworkParameters } from '@ply/primitives'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { describe, expect, it, test } from 'vitest'
import { dnsSeedsOf } from './dnsSeeds.ts'
import { DnsSeeding, type DnsSeedingFields } from './dnsSeeding.ts'
import { FixedSeeding } from './fixedSeeding.ts'
import { fixedSeedsOf } from './fixedSeeds.ts'

const SECOND = 1000

function collect() {
  const lines: string[] = []
  const silent: Logger = { log: () => undefined, child: () => silent }
  const logger: Logger = { log: (_, text) => void lines.push(text), child: () => silent }
  return { lines, logger }
}

function fill(book: AddressManager, count: number, now: number): void {
  for (let i = 0; book.size() < count; i++) {
    const service = parseService(`${1 + (i % 9)}.${i & 255}.${i >> 8}.7`, 8333)!
    book.add([{ ...service, services: 9n, time: now }], service, { now })
  }
}

class Seeding {
  readonly clock = new ManualClock()
  readonly book = new AddressManager(new SeededEntropy(2))
  readonly lines: string[]
  readonly asked: string[] = []
  readonly fetched: string[] = []
  peers = 0
  readonly dns: DnsSeeding
  readonly done: Promise<void>

  constructor(fields: Partial<DnsSeedingFields>, known = 0, peers = 0) {
    const { lines, logger } = collect()
    this.lines = lines
    this.peers = peers
    fill(this.book, known, this.clock.now() / SECOND)
    this.dns = new DnsSeeding({
      ...{ clock: this.clock, book: this.book, logger, entropy: new SeededEntropy(3) },
      ...{ seeds: ['a.', 'b.', 'c.', 'd.', 'e.'], forced: false, seedNodesFirst: false, defaultPort: 8333 },
      lookUp: (name) => {
        this.asked.push(name)
        return Promise.resolve([`20.0.${this.asked.length}.1`, '2a02::1'])
      },
      fetchFrom: (seed) => this.fetched.push(seed),
      fullRelayPeers: () => this.peers,
      isActive: () => true,
      ...fields,
    })
    this.done = this.dns.run()
  }

  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < 2 * seconds; i++) {
      await new Promise(setImmediate)
      this.clock.advance(SECOND / 2)
    }
    await new Promise(setImmediate)
  }
}

describe('DNS seeds', () => {
  it('are all asked at once where nothing is known; what they say counts as some days old', async () => {
    const seeding = new Seeding({})
    await seeding.done
    expect([...seeding.asked].sort()).toEqual(['x9.a.', 'x9.b.', 'x9.c.', 'x9.d.', 'x9.e.'])
    expect(seeding.lines.at(-1)).toBe('10 addresses found from DNS seeds')
    const now = seeding.clock.now() / SECOND
    const added = seeding.book.placed('new').map(({ entry }) => entry)
    expect(added.length).toBeGreaterThan(4)
    for (const { time, services, port, source } of added) {
      expect([services, port]).toEqual([9n, 8333])
      expect((now - time) / 86_400).toBeGreaterThanOrEqual(3)
      expect((now - time) / 86_400).toBeLessThanOrEqual(7)
      expect(source.address[0]).toBe(0xfd)
    }
  })

  it('are asked three at a time after eleven seconds each where some addresses are known', async () => {
    const seeding = new Seeding({}, 5)
    await seeding.pass(10)
    expect(seeding.lines).toEqual(['dnsseed thread start', 'Waiting 11 seconds before querying DNS seeds.'])
    await seeding.pass(2)
    expect(seeding.asked).toHaveLength(3)
    await seeding.pass(12)
    expect(seeding.asked).toHaveLength(5)
    await seeding.done
  })

  it('are left alone while many addresses are known and lead to peers', async () => {
    const seeding = new Seeding({}, 1000)
    await seeding.pass(290)
    expect(seeding.lines.at(-1)).toBe('Waiting 300 seconds before querying DNS seeds.')
    seeding.peers = 2
    await seeding.pass(12)
    await seeding.done
    expect(seeding.lines.at(-1)).toBe('P2P peers available. Skipped DNS seeding.')
    expect(seeding.asked).toEqual([])
  })

  it('need not all be asked once there are peers', async () => {
    const seeding = new Seeding({}, 5)
    await seeding.pass(12)
    seeding.peers = 2
    await seeding.pass(12)
    await seeding.done
    expect(seeding.lines.slice(-2)).toEqual([
      '6 addresses found from DNS seeds',
      'P2P peers available. Finished DNS seeding.',
    ])
  })

  it('are all asked at once, whatever is known, where the operator wants it', async () => {
    const seeding = new Seeding({ forced: true }, 1000, 8)
    await seeding.done
    expect(seeding.asked).toHaveLength(5)
  })

  it('come after the peers that were named to be asked', async () => {
    const named = new Seeding({ seedNodesFirst: true }, 5)
    await named.pass(5)
    named.peers = 2
    await named.pass(1)
    await named.done
    expect(named.lines.slice(-2)).toEqual([
      'P2P peers available. Finished fetching data from seed nodes.',
      'Skipping DNS seeds. Enough peers have been found',
    ])
    const nobody = new Seeding({ seedNodesFirst: true })
    await nobody.pass(29)
    expect(nobody.asked).toEqual([])
    await nobody.pass(3)
    await nobody.done
    expect(nobody.asked).toHaveLength(5)
  })

  it('are asked as nodes where names are a proxy’s to look up, and where they have no such addresses', async () => {
    const proxied = new Seeding({ lookUp: undefined })
    await proxied.done
    expect([...proxied.fetched].sort()).toEqual(['a.', 'b.', 'c.', 'd.', 'e.'])
    const empty = new Seeding({ lookUp: () => Promise.resolve([]) })
    await empty.done
    expect(empty.fetched).toHaveLength(5)
    expect(empty.lines.at(-1)).toBe('0 addresses found from DNS seeds')
  })

  it('cannot fill the book by one answer', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `20.${i >> 8}.${i & 255}.1`)
    const seeding = new Seeding({ seeds: ['a.'], lookUp: () => Promise.resolve(many) })
    await seeding.done
    expect(seeding.book.size()).toBeLessThanOrEqual(32)
  })

  it('wait until the network is wanted, and for nothing once all is over', async () => {
    const asleep = new Seeding({}, 5)
    await asleep.pass(1)
    asleep.dns.stop()
    await asleep.done
    expect(asleep.asked).toEqual([])
    let active = false
    const inactive = new Seeding({ isActive: () => active })
    await inactive.pass(3)
    expect(inactive.lines.at(-1)).toBe('Waiting for network to be reactivated before querying DNS seeds.')
    expect(inactive.asked).toEqual([])
    active = true
    await inactive.pass(2)
    await inactive.done
    expect(inactive.asked).toHaveLength(5)
  })
})

describe('built-in addresses', () => {
  function create(network: NetworkParameters, alone = false, reachable: readonly number[] = [NETWORK_IPV4]) {
    const { lines, logger } = collect()
    const [clock, entropy] = [new ManualClock(), new SeededEntropy(4)]
    const book = new AddressManager(entropy)
    const isReachable = (id: number) => reachable.includes(id)
    const seeding = new FixedSeeding({ network, book, clock, entropy, logger, isReachable, isAlone: () => alone })
    return { seeding, lines, clock, book }
  }

  it('are added once a minute passed without others, as if seen one to two weeks ago', () => {
    const { seeding, lines, clock, book } = create(NETWORKS.main)
    clock.advance(60 * SECOND)
    seeding.tick()
    expect(book.size()).toBe(0)
    clock.advance(1)
    seeding.tick()
    seeding.tick()
    expect(lines).toEqual([
      'Adding fixed seeds as 60 seconds have passed and addrman is empty for at least one reachable network',
      'Added 512 fixed seeds from reachable networks.',
    ])
    expect(book.size()).toBeGreaterThan(100)
    expect(book.size({ network: NETWORK_I2P })).toBe(0)
    for (const { entry } of book.placed('new')) {
      const days = (clock.now() / SECOND - entry.time) / 86_400
      expect(days).toBeGreaterThanOrEqual(7)
      expect(days).toBeLessThanOrEqual(14.1)
    }
  })

  it('are added at once where nobody else helps, and not where there are others', () => {
    const alone = create(NETWORKS.signet, true)
    alone.seeding.tick()
    expect(alone.lines[0]).toMatch(
      /^Adding fixed seeds as -dnsseed=0 .* and neither -addnode nor -seednode are provided$/,
    )
    const known = create(NETWORKS.signet, true)
    const service = parseService('9.9.9.9', 38333)!
    const address: NetAddress = { ...service, services: 9n, time: known.clock.now() / SECOND }
    known.book.add([address], service, { now: address.time })
    known.seeding.tick()
    expect(known.lines).toEqual([])
  })

  it('are of networks of which none are known', () => {
    const { seeding, lines, book } = create(NETWORKS.main, true, [NETWORK_IPV4, NETWORK_I2P])
    const service = parseService('9.9.9.9', 8333)!
    book.add([{ ...service, services: 9n, time: 1_700_000_000 }], service, { now: 1_700_000_000 })
    seeding.tick()
    expect(lines.at(-1)).toBe('Added 512 fixed seeds from reachable networks.')
    expect(book.size({ network: NETWORK_IPV4 })).toBe(1)
    expect(book.size({ network: NETWORK_I2P })).toBeGreaterThan(100)
  })
})

test.each([
  ['main', 2059],
  ['testnet4', 230],
  ['signet', 170],
  ['regtest', 0],
] as const)('%s has %i built-in addresses, each in a network that we know', (name, count) => {
  const seeds = fixedSeedsOf(NETWORKS[name])
  expect(seeds).toHaveLength(count)
  const known = new Set(NETWORK_NAMES.map(([, network]) => network))
  expect(seeds.filter(({ network, address }) => !known.has(network) || address.every((byte) => byte === 0))).toEqual([])
})

test('a signet of one’s own has no seeds of the public one', () => {
  const own = createSignet(Uint8Array.of(0x51))
  expect([fixedSeedsOf(own), dnsSeedsOf(own)]).toEqual([[], []])
  expect(dnsSeedsOf(NETWORKS.signet)).toHaveLength(2)
})
