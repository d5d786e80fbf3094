import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@ply/ports'
import { formatSubnet, parseService, parseSubnet } from '@ply/p2p'
import { REGTEST } from '@ply/primitives'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataFolder } from '../storage/dataFolder.ts'
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

async function load() {
  const { lines, logger } = collect()
  const folder = { ...dataFolder(directory, 'main') }
  const entropy = new SeededEntropy(1)
  return {
    lines,
    folder,
    state: await PeerState.load({ folder, network: REGTEST, clock, entropy, logger, testBook: false }),
  }
}

test('what one run knew of peers, the next one knows', async () => {
  const { lines, state, folder } = await load()
  expect(lines).toEqual([
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
  expect(lines[0]).toContain('Original backed up to peers.dat.bak')
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
