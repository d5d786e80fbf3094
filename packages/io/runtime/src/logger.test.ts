import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ManualClock } from '@ply/testkit'
import { createLogger } from './logger.ts'

test('a line is in the file when log returns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ply-log-'))
  const file = join(folder, 'debug.log')
  const echoed: string[] = []
  const clock = new ManualClock(1_700_000_000_000)
  const logger = createLogger({ file, echo: (line) => echoed.push(line), debug: ['net'], clock })
  logger.log('info', 'Ply starts', { version: '0.1.0', note: 'two words', amount: 5n })
  const line = '2023-11-14T22:13:20.000Z Ply starts version=0.1.0 note="two words" amount=5\n'
  expect(readFileSync(file, 'utf8')).toBe(line)
  logger.child('net').log('debug', 'connected', { peer: '127.0.0.1:1' })
  logger.child('mempool').log('debug', 'not asked for')
  logger.child('net').log('trace', 'not asked for')
  logger.child('validation').log('warn', 'late', { text: 'a\nb' })
  expect(readFileSync(file, 'utf8').split('\n').slice(1)).toEqual([
    '2023-11-14T22:13:20.000Z [net] connected peer=127.0.0.1:1',
    '2023-11-14T22:13:20.000Z [validation] [warn] late text="a\\nb"',
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
