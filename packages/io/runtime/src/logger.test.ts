import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ManualClock } from '@ply/testkit'
import { createLogger, shrinkLogFile } from './logger.ts'
import { LogRateLimit } from './logRateLimit.ts'
import { LOG_CATEGORIES, selectCategories } from './logSelection.ts'

test('a line is in the file when log returns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ply-log-'))
  const file = join(folder, 'debug.log')
  const echoed: string[] = []
  const clock = new ManualClock(1_700_000_000_000)
  const logger = createLogger({ file, echo: (line) => echoed.push(line), selection: selectCategories(['net']), clock })
  logger.log('info', 'Ply starts', { version: '0.1.0', note: 'two words', amount: 5n })
  const line = '2023-11-14T22:13:20.000Z Ply starts version=0.1.0 note="two words" amount=5\n'
  expect(readFileSync(file, 'utf8')).toBe(line)
  logger.child('net').log('debug', 'connected', { peer: '127.0.0.1:1' })
  logger.child('mempool').log('debug', 'not asked for')
  logger.child('net').log('trace', 'not asked for')
  logger.child('validation').log('warn', 'late', { text: 'a\nb' })
  expect(readFileSync(file, 'utf8').split('\n').slice(1)).toEqual([
    '2023-11-14T22:13:20.000Z [net] connected peer=127.0.0.1:1',
    '2023-11-14T22:13:20.000Z [validation:warning] late text="a\\nb"',
    '',
  ])
  expect(echoed).toHaveLength(3)

  renameSync(file, join(folder, 'old.log'))
  logger.reopen()
  logger.log('info', 'new')
  expect(readFileSync(file, 'utf8')).toBe('2023-11-14T22:13:20.000Z new\n')
  logger.close()
  rmSync(folder, { recursive: true })
})

test('a line that cannot be written is lost, and nothing else', () => {
  if (!existsSync('/dev/full')) return
  const logger = createLogger({ file: '/dev/full', clock: new ManualClock(0) })
  expect(() => logger.log('error', 'the disk is full')).not.toThrow()
  logger.close()
})

test("bitcoind's marks", () => {
  const lines: string[] = []
  const clock = Object.assign(new ManualClock(1_700_000_000_000), { mockTime: 1_600_000_000_000 })
  const selection = {
    categories: new Set(LOG_CATEGORIES),
    level: 'debug',
    levels: new Map([['net', 'trace' as const]]),
  } as const
  const echo = (line: string): void => void lines.push(line)
  const logger = createLogger({ echo, selection, clock, format: { microseconds: true, threadNames: true } })
  logger.child('net').log('trace', 'a')
  logger.child('mempool').log('trace', 'not asked for')
  logger.child('mempool').log('info', 'b')
  logger.log('error', 'c')
  expect(lines.map((line) => line.replace(/^[^ ]+ /, ''))).toEqual([
    '(mocktime: 2020-09-13T12:26:40Z) [main] [net:trace] a',
    '(mocktime: 2020-09-13T12:26:40Z) [main] b',
    '(mocktime: 2020-09-13T12:26:40Z) [main] [error] c',
  ])
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z /)
  const bare: string[] = []
  const always = createLogger({
    echo: (line) => bare.push(line),
    clock,
    format: { timestamps: false, alwaysLevel: true },
  })
  always.child('net').log('info', 'd')
  always.log('warn', 'e')
  expect(bare).toEqual(['[net:info] d', '[all:warning] e'])
})

test('where a line was written, where that is asked for', () => {
  const lines: string[] = []
  const options = { clock: new ManualClock(0), format: { timestamps: false, sourceLocations: true } }
  const logger = createLogger({ echo: (line) => lines.push(line), ...options })
  function here(): void {
    logger.child('net').log('warn', 'a')
  }
  here()
  expect(lines[0]).toMatch(/^\[logger\.test\.ts:\d+\] \[here\] \[net:warning\] a$/)
})

test('a place that writes too much is silenced in the file until the window ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ply-log-'))
  const file = join(folder, 'debug.log')
  let now = 0
  let echoed = 0
  const logger = createLogger({
    file,
    echo: () => echoed++,
    selection: selectCategories(['net']),
    rateLimit: new LogRateLimit(() => now),
    clock: new ManualClock(0),
    format: { timestamps: false },
  })
  const loud = (): void => logger.log('info', 'x'.repeat(100_000))
  const lines = (): string[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.slice(0, 60))
  for (let i = 0; i < 13; i++) loud()
  // Ten fit, and one more is the last; another place goes on, as does what was asked for.
  logger.log('info', 'quiet')
  logger.child('net').log('debug', 'asked for')
  const long = 'x'.repeat(60)
  expect(lines()).toEqual([
    ...Array.from({ length: 10 }, () => long),
    expect.stringMatching(/^\[\*\] \[warning\] Excessive logging detected from logger\.test\.t/),
    `[*] ${long.slice(4)}`,
    '[*] quiet',
    '[*] [net] asked for',
    '',
  ])
  expect(echoed).toBe(10 + 2 + 2 + 2)
  now = 3_600_000
  loud()
  const found = lines().slice(-3)
  expect(found).toEqual([expect.stringMatching(/^\[warning\] Restarting logging from logger\.test\.ts:/), long, ''])
  expect(readFileSync(file, 'utf8')).toContain('): 300003 bytes were dropped during the last 3600s.')
  logger.close()
  rmSync(folder, { recursive: true })
})

test('categories come and go while the log is written', () => {
  const lines: string[] = []
  const logger = createLogger({
    echo: (line) => void lines.push(line),
    clock: new ManualClock(0),
    format: { timestamps: false },
  })
  const net = logger.child('net')
  net.log('debug', 'a')
  logger.setCategory('net', true)
  net.log('debug', 'b')
  expect([...logger.categories]).toEqual(['net'])
  logger.setCategory('net', false)
  net.log('debug', 'c')
  expect(lines).toEqual(['[net] b'])
})

test('a long log keeps its end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ply-log-'))
  const file = join(folder, 'debug.log')
  shrinkLogFile(file)
  writeFileSync(file, 'short')
  shrinkLogFile(file)
  expect(readFileSync(file, 'utf8')).toBe('short')
  writeFileSync(file, `${'a'.repeat(11_000_000)}end`)
  shrinkLogFile(file)
  expect(statSync(file).size).toBe(10_000_000)
  expect(readFileSync(file, 'utf8').endsWith('aend')).toBe(true)
  rmSync(folder, { recursive: true })
})
