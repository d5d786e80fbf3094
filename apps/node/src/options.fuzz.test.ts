import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom, mutateText } from '@ply/testkit'
import { afterAll, expect, test } from 'vitest'
import { ConfigFiles, parseCommandLine } from './bitcoind/parse.ts'
import { parseOptions } from './options.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 400)
const folder = mkdtempSync(join(tmpdir(), 'ply-options-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PIECES = [
  '-',
  '--',
  '=',
  'no',
  '0',
  '1',
  '-1',
  '.',
  '[',
  ']',
  '#',
  ' ',
  '\n',
  'regtest',
  'nan',
  '9'.repeat(20),
  '\u00e9',
]

test('arguments of plyd in any form are options, or refused in words', () => {
  const random = createRandom(1)
  const seeds = [
    '--network=regtest',
    '--rpc-port=18443',
    '--automine=poisson:10s',
    '--prune=550',
    '--lightning=alice,bob',
  ]
  const more = ['--datadir=x', '--txindex', '--accounts=3', '--port=0', '--connect=127.0.0.1:1']
  for (let run = 0; run < RUNS; run++) {
    const count = 1 + random.below(3)
    const args = Array.from({ length: count }, () => mutateText(random, [...seeds, ...more], PIECES))
    const parsed = parseOptions(args.filter((arg) => !/^--?(datadir|conf)/.test(arg)).concat(`--datadir=${folder}`))
    if (!parsed.ok) expect(parsed.error).toMatch(/\S/)
  }
})

test("bitcoind's arguments and files in any form are settings, or refused in words", () => {
  const random = createRandom(2)
  const args = [
    '-regtest',
    '-rpcport=1',
    '-nolisten',
    '-maxmempool=5',
    '-whitelist=noban@127.0.0.1',
    '-prune=550',
    '-par=-1',
  ]
  const file = 'regtest=1\n[regtest]\nrpcport=5\nport=6 # comment\nconnect=0\nmaxconnections=94\nuacomment=a\n'
  for (let run = 0; run < RUNS; run++) {
    const line = Array.from({ length: 1 + random.below(3) }, () => mutateText(random, args, PIECES))
    const settings = parseCommandLine(line)
    if (!settings.ok) expect(settings.error).toMatch(/^(Command line contains|Error parsing command line)/)
    const config = new ConfigFiles()
    const read = config.read(mutateText(random, [file], PIECES), 'bitcoin.conf')
    if (!read.ok) expect(read.error).toMatch(/\S/)

    // The same, from the beginning: files that are found, and values that are read.
    writeFileSync(join(folder, 'bitcoin.conf'), mutateText(random, [file], PIECES))
    const safe = line.filter(
      (arg) => !/^--?(no)?(datadir|conf|includeconf|blocksdir|debuglogfile|pid|settings)/.test(arg),
    )
    const parsed = parseOptions([`-datadir=${folder}`, '-nosettings', ...safe])
    if (!parsed.ok) expect(parsed.error).toMatch(/\S/)
  }
})
