import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hexToBytes } from '@ply/bytes'
import type { Logger } from '@ply/ports'
import { formatSubnet, parseService, parseSubnet } from '@ply/p2p'
import { REGTEST } from '@ply/primitives'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { dataFolder } from '../storage/dataFolder.ts'
import { watchAsmapHealth } from './asmapHealth.ts'
import { DEFAULT_CONNECTIONS } from './connectionSettings.ts'
import { PeerState } from './peerState.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ply-peers-'))
})
afterEach(() => rm(directory, { recursive: true }))

const clock = new ManualClock()
const now = clock.now() / 1000

function collect(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = []
  const logger: Logger = { log: (_, text) => void lines.push(text), child: () => logger }
  return { lines, logger }
}

async function load(settings = DEFAULT_CONNECTIONS) {
  const { lines, logger } = collect()
  const folder = { ...dataFolder(directory, 'main') }
  const entropy = new SeededEntropy(1)
  return {
    lines,
    folder,
    state: await PeerState.load({ folder, network: REGTEST, clock, entropy, logger, settings }),
  }
}

test('what one run knew of peers, the next one knows', async () => {
  const { lines, state, folder } = await load()
  expect(lines).toEqual([
    'Using /16 prefix for IP bucketing',
    `Creating peers.dat because the file was not found ("${folder.peers}")`,
    'Recreating the banlist database',
  ])
  const service = parseService('9.9.9.9', 8333)!
  state.book.add([{ ...service, services: 9n, time: now }], service, { now })
  state.bans.ban(parseSubnet('1.2.3.0/24')!, now + 100, now)
  state.bans.ban(parseSubnet('1.2.4.0/24')!, now + 1, now)
  await Promise.all([state.saveBook(), state.saveBans(), state.saveAnchors([{ ...service, services: 9n, time: now }])])
  clock.advance(2000)
  const next = await load()
  expect(next.state.book.find(service)).toMatchObject({ services: 9n, time: now })
  expect(next.state.bans.list(now + 2).map(({ subnet }) => formatSubnet(subnet))).toEqual(['1.2.3.0/24'])
  expect(next.state.anchors).toMatchObject([service])
  // Anchors are good for one start: they may be why it goes wrong.
  expect((await load()).state.anchors).toEqual([])
})

test('a broken address book keeps the node from starting, one of a later version is put aside', async () => {
  const { folder } = await load()
  const file = await readFile(folder.peers)
  await writeFile(folder.peers, file.subarray(0, -1))
  await expect(load()).rejects.toThrow(/^Invalid or corrupt peers.dat \(AutoFile::read: end of file/)
  file[5] = 255
  await writeFile(folder.peers, file)
  const { lines, state } = await load()
  expect(lines[1]).toContain('Original backed up to peers.dat.bak')
  expect(state.book.size()).toBe(0)
  expect(await readFile(`${folder.peers}.bak`)).toEqual(file)
})

test.each([
  ['no JSON', '{', 'Recreating the banlist database'],
  ['another form', '[]', 'Recreating the banlist database'],
  [
    'an unknown version',
    '{"banned_nets":[{"version":2,"address":"1.2.3.4"}]}',
    'Dropping entry with unknown version (2)',
  ],
  [
    'no subnet',
    '{"banned_nets":[{"version":1,"address":"x"}]}',
    'Dropping entry with unparseable address or subnet (x)',
  ],
])('a ban list with %s is read as far as it goes', async (_, text, line) => {
  await writeFile(dataFolder(directory, 'main').banList, text)
  const { lines, state } = await load()
  expect(lines.join('\n')).toContain(line)
  expect(state.bans.list(now)).toEqual([])
})

describe('a map of autonomous systems', () => {
  /** Bitcoin Core's src/test/data/asmap.raw. */
  const MAP = hexToBytes(
    'fb03ec0fb03fc0fe00fb03ec0fb03fc0fe00fb03ec0fb0fffffeffedb0ffd486e628290000400000400040990100800180040000050006001cf039',
  )
  const settings = { ...DEFAULT_CONNECTIONS, asmap: 'ip_asn.map', checkBookEvery: 1 }
  const write = async (bytes: Uint8Array): Promise<string> => {
    const { root } = dataFolder(directory, 'main')
    await writeFile(join(root, 'ip_asn.map'), bytes)
    return join(root, 'ip_asn.map')
  }

  it('groups hosts, and moves those that were grouped otherwise', async () => {
    const { state: before } = await load()
    const services = ['250.1.1.1', '250.2.1.1', '101.1.0.1', '9.9.9.9'].map((text) => parseService(text, 8333)!)
    for (const service of services) before.book.add([{ ...service, services: 9n, time: now }], service, { now })
    await before.saveBook()
    const path = await write(MAP)
    const { lines, state } = await load(settings)
    expect(lines.slice(0, 3)).toEqual([
      `Opened asmap file "${path}" (59 bytes) from disk`,
      'Using asmap version bafc9da308f45179443bd1d22325400ac9104f741522d003e3fac86700f68895 for IP bucketing',
      'Bucketing method was updated, re-bucketing addrman entries from disk',
    ])
    expect(services.map((service) => state.book.groups.asnOf(service))).toEqual([1000, 1000, 1, 0])
    expect(state.book.size()).toBe(4)
    await state.saveBook()
    expect((await load(settings)).lines.join()).not.toContain('re-bucketing')
  })

  it('tells once a day how much it knows', async () => {
    await write(MAP)
    const { state } = await load(settings)
    for (const text of ['250.1.1.1', '101.1.0.1', '9.9.9.9']) {
      const service = parseService(text, 8333)!
      state.book.add([{ ...service, services: 9n, time: now }], service, { now })
    }
    const { lines, logger } = collect()
    const end = watchAsmapHealth({ book: state.book, clock, logger })
    const line = 'ASMap Health Check: 3 clearnet peers are mapped to 2 ASNs with 1 peers being unmapped'
    expect(lines).toEqual([line])
    clock.advance(2 * 24 * 3_600_000)
    expect(lines).toEqual([line, line, line])
    end()
    clock.advance(2 * 24 * 3_600_000)
    expect(lines).toHaveLength(3)
  })

  it('has to be there, and in order', async () => {
    await load()
    const missing = join(dataFolder(directory, 'main').root, 'ip_asn.map')
    await expect(load(settings)).rejects.toThrow(`Could not find asmap file "${missing}"`)
    const path = await write(new Uint8Array(0))
    await expect(load(settings)).rejects.toThrow(`Could not parse asmap file "${path}"`)
    await write(MAP.slice(0, -1))
    await expect(load(settings)).rejects.toThrow(`Could not parse asmap file "${path}"`)
  })
})
