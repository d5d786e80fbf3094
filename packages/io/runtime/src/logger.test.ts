import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ManualClock } from '@ply/testkit'
import { createLogger, shrinkLogFile } from './logger.ts'
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
