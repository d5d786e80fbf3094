import { hexToBytes, unwrap } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { decodeAnchors, encodeAnchors } from '../anchorsFile.ts'
import { parseService } from '../text.ts'
import { AddressManager } from './addrman.ts'
import { decodePeersFile, encodePeersFile } from './peersFile.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 300)
const MAGIC = hexToBytes('fabfb5da')
const NOW = 1_700_000_000

function createManager(): AddressManager {
  const manager = new AddressManager(new SeededEntropy(3))
  for (let i = 1; i < 150; i++) {
    const service = parseService(`${i}.${i}.3.4`, 8333)!
    manager.add([{ ...service, time: NOW, services: BigInt(i) }], service, { now: NOW })
    if (i % 4 === 0) manager.good(service, NOW)
  }
  return manager
}

const FILE = encodePeersFile(MAGIC, createManager().tables)

test('what was written is read', () => {
  const tables = unwrap(decodePeersFile(MAGIC, FILE))
  expect(encodePeersFile(MAGIC, tables)).toEqual(FILE)
  const [before, after] = [createManager(), new AddressManager(new SeededEntropy(1), tables)]
  for (const table of ['new', 'tried'] as const) {
    const places = (manager: AddressManager) =>
      manager.placed(table).map(({ place, entry }) => ({ place, port: entry.port }))
    expect(places(after)).toEqual(places(before))
  }
})

test('anchors that were written are read', () => {
  const anchors = [{ ...parseService('1.2.3.4', 8333)!, time: NOW, services: 9n }]
  const file = encodeAnchors(MAGIC, anchors)
  expect(unwrap(decodeAnchors(MAGIC, file))).toEqual(anchors)
  file[20]! ^= 1
  expect(decodeAnchors(MAGIC, file).ok).toBe(false)
})

test('whatever stands in the file, it is read or refused', () => {
  const random = createRandom(8)
  for (let run = 0; run < RUNS; run++) {
    const file = FILE.slice(0, random.chance(0.3) ? random.below(FILE.length) : FILE.length)
    for (let i = random.below(3); i >= 0; i--)
      file[random.below(random.chance(0.5) ? 60 : file.length)] = random.below(256)
    // A right checksum lets more through.
    if (random.chance(0.7) && file.length > 40) file.set(hash256(file.subarray(0, -32)), file.length - 32)
    const decoded = decodePeersFile(MAGIC, file)
    if (!decoded.ok) expect(decoded.error.message).not.toBe('')
    decodeAnchors(MAGIC, file)
  }
})

test.each([
  ['Invalid network magic number', (file: Uint8Array) => file.fill(0, 0, 4)],
  ['AutoFile::read: end of file: iostream error', (file: Uint8Array) => file.slice(0, -1)],
  ['Checksum mismatch, data corrupted', (file: Uint8Array) => file.fill(7, -3)],
  [
    'Corrupted addrman database: The compat value (0) is lower than the expected minimum value 32.: iostream error',
    (file: Uint8Array) => file.fill(0, 5, 6),
  ],
  ['Corrupt data. Consistency check failed with code -16: iostream error', (file: Uint8Array) => file.fill(0, 6, 38)],
  [
    'Corrupt AddrMan serialization: nNew=-1, should be in [0, 65536]: iostream error',
    (file: Uint8Array) => file.fill(255, 38, 42),
  ],
])('%s', (message, change) => {
  expect(decodePeersFile(MAGIC, change(FILE.slice()))).toMatchObject({ error: { type: 'corrupt', message } })
})

test('a file of a later version is told apart', () => {
  const file = FILE.slice().fill(255, 5, 6)
  expect(decodePeersFile(MAGIC, file)).toMatchObject({ error: { type: 'incompatible' } })
})
