import { unwrap } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { SeededEntropy } from '@ply/testkit'
import { describe, expect, it, test } from 'vitest'
import { CORE_EXAMPLE } from '../asmap/testdata/maps.ts'
import type { Service } from '../host.ts'
import { internalHost } from '../internal.ts'
import { NetGroups } from '../netGroup.ts'
import { formatHost, parseHost, parseService } from '../text.ts'
import { AddressManager } from './addrman.ts'
import { checkConsistency } from './consistency.ts'
import { newBucket, triedBucket } from './entry.ts'
import { decodePeersFile, encodePeersFile } from './peersFile.ts'
import { AddressTables } from './tables.ts'

const NOW = 1_700_000_000
const MAGIC = Uint8Array.of(1, 2, 3, 4)
const KEY = hash256(Uint8Array.of(1, 0, 0, 0))
const OTHER_KEY = hash256(Uint8Array.of(2, 0, 0, 0))
const groups = new NetGroups(CORE_EXAMPLE)
const service = (text: string) => parseService(text, 0)!
const source = (text: string) => parseHost(text)!
const count = (of: (i: number) => number) => new Set(Array.from({ length: 255 }, (_, i) => of(i))).size

// From Bitcoin Core's addrman_tests (caddrinfo_get_tried_bucket, caddrinfo_get_new_bucket).
describe('buckets by autonomous system', () => {
  it('of the tried table: one system reaches eight, whatever its addresses begin with', () => {
    const bucket = (text: string, key = KEY) => triedBucket({ key, groups }, service(text))
    expect(bucket('250.1.1.1:8333')).toBe(236)
    expect(bucket('250.1.1.1:8333', OTHER_KEY)).not.toBe(236)
    expect(bucket('250.1.1.1:9999')).not.toBe(236)
    expect(count((i) => bucket(`101.${i}.1.1`))).toBeGreaterThan(8)
    expect(count((i) => bucket(`250.${i}.1.1`))).toBe(8)
  })

  it('of the new table: the systems of the address and of its source decide', () => {
    const bucket = (text: string, from: string, key = KEY) => newBucket({ key, groups }, service(text), source(from))
    expect(bucket('250.1.2.1:8333', '250.1.2.1')).toBe(795)
    expect(bucket('250.1.2.1:9999', '250.1.2.1')).toBe(795)
    expect(bucket('250.1.2.1:8333', '250.1.2.1', OTHER_KEY)).not.toBe(795)
    expect(count((i) => bucket(`250.1.1.${i}`, `250.1.1.${i}`))).toBe(1)
    expect(count((i) => bucket(`250.${i}.1.1`, '251.4.1.1'))).toBeLessThanOrEqual(64)
    expect(count((i) => bucket('250.1.1.1', `101.${i}.1.1`))).toBeGreaterThan(1)
    expect(count((i) => bucket('250.1.1.1', `250.${i}.1.1`))).toBe(1)
  })
})

describe('a book that was written with another map', () => {
  const addresses = ['250.1.1.1:8333', '250.2.1.1:8333', '101.3.0.1:8333', '9.9.9.9:8333']
  function write(map: NetGroups): Uint8Array {
    const book = new AddressManager(new SeededEntropy(1), new AddressTables(KEY, map))
    for (const text of addresses) {
      book.add([{ ...service(text), time: NOW, services: 9n }], source('101.5.0.1'), { now: NOW })
    }
    book.good(service(addresses[0]!), NOW)
    return encodePeersFile(MAGIC, book.tables)
  }
  function read(file: Uint8Array, map: NetGroups) {
    const lines: string[] = []
    const tables = unwrap(decodePeersFile(MAGIC, file, { groups: map, log: (text) => lines.push(text) }))
    const book = new AddressManager(new SeededEntropy(1), tables)
    const placed = [...book.placed('new'), ...book.placed('tried')].map(({ entry, place }) => [
      formatHost(entry),
      place,
    ])
    return { placed, lines }
  }

  it('is put in the buckets that the new map says, and back', () => {
    const plain = new NetGroups()
    const [withMap, without] = [read(write(groups), groups), read(write(plain), plain)]
    expect(withMap.lines).toEqual([])
    expect(without.placed).toHaveLength(addresses.length)
    expect(without.placed).not.toEqual(withMap.placed)
    const changed = read(write(groups), plain)
    expect(changed).toEqual({
      placed: without.placed,
      lines: ['Bucketing method was updated, re-bucketing addrman entries from disk'],
    })
    expect(read(write(plain), groups).placed).toEqual(withMap.placed)
  })
})

describe('the check of the book', () => {
  function create(): AddressManager {
    const book = new AddressManager(new SeededEntropy(1), new AddressTables(KEY.slice()))
    for (let i = 1; i < 50; i++) {
      const own = service(`${i}.2.3.4:8333`)
      book.add([{ ...own, time: NOW, services: 9n }], own, { now: NOW })
      if (i % 3 === 0) book.good(own, NOW)
    }
    return book
  }
  const entryOf = ({ tables }: AddressManager, tried: boolean) => tables.list.find((entry) => entry.tried === tried)!

  it.each<readonly [code: number, damage: (book: AddressManager) => void]>([
    [-1, (book) => (entryOf(book, true).lastSuccess = 0)],
    [-2, (book) => (entryOf(book, true).references = 1)],
    [-3, (book) => (entryOf(book, false).references = 9)],
    [-4, (book) => (entryOf(book, false).references = 0)],
    [-6, (book) => (entryOf(book, false).lastTry = -1)],
    [-7, (book) => book.tables.list.pop()],
    [-8, (book) => (entryOf(book, false).lastSuccess = -1)],
    [-14, (book) => (entryOf(book, false).position = 0.5)],
    [-15, (book) => entryOf(book, false).references++],
    [-16, (book) => book.tables.key.fill(0)],
  ])('finds what Bitcoin Core calls %i', (code, damage) => {
    const book = create()
    expect(checkConsistency(book.tables)).toMatchObject({ ok: true })
    damage(book)
    const key = book.tables.key
    // Places are another key's then, which is found first.
    expect(checkConsistency(book.tables)).toEqual({ ok: false, error: key.every((byte) => byte === 0) ? -17 : code })
  })

  it('takes place before one of so many operations', () => {
    const lines: string[] = []
    const operations = (checkEvery: number): number => {
      lines.length = 0
      const book = new AddressManager(new SeededEntropy(1), create().tables, { checkEvery })
      book.log = (text) => lines.push(text)
      for (let i = 0; i < 60; i++) book.connected(service('1.2.3.4:8333'), NOW)
      return lines.filter((line) => line === 'CheckAddrman: completed').length
    }
    expect(operations(0)).toBe(0)
    expect(operations(1)).toBe(60)
    expect(lines[0]).toBe('CheckAddrman: new 32, tried 16, total 48 started')
    const seldom = operations(10)
    expect(seldom).toBeGreaterThan(0)
    expect(seldom).toBeLessThan(30)
  })

  it('ends what goes on with a broken book', () => {
    const book = new AddressManager(new SeededEntropy(1), create().tables, { checkEvery: 1 })
    entryOf(book, true).references = 1
    expect(() => book.size()).toThrow('ADDRMAN CONSISTENCY CHECK FAILED!!! err=-2')
  })
})

test('sources that have only a name are each a group of their own, and no peers', () => {
  const [one, other] = [internalHost('seed.example.'), internalHost('fixedseeds')]
  const plain = new NetGroups()
  expect([...plain.groupOf(one)]).toEqual([6, ...one.address.subarray(6)])
  expect(plain.groupOf(one)).not.toEqual(plain.groupOf(other))
  expect(formatHost(one)).toMatch(/^[a-z2-7]{16}\.internal$/)
  const book = new AddressManager(new SeededEntropy(1), new AddressTables(KEY.slice()))
  const own: Service = { ...one, port: 8333 }
  expect(book.add([{ ...own, time: NOW, services: 9n }], other, { now: NOW })).toBe(false)
})
