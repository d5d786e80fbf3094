import { describe, expect, test } from 'vitest'
import { formatFeeRate, formatMsats, formatSats, formatSignedSats } from './amount.ts'
import { createProgress } from './progress.ts'
import type { Session } from '../session.ts'
import { createStyle } from './style.ts'
import { formatFields, formatTable, visibleLength } from './table.ts'
import { formatDuration, formatTime } from './time.ts'

describe('printing', () => {
  test('amounts stand in thin groups', () => {
    expect(formatSats(0n)).toBe('0 sat')
    expect(formatSats(-1_234_567n)).toBe('-1\u202f234\u202f567 sat')
    expect(formatSignedSats(1000n)).toBe('+1\u202f000 sat')
    expect(formatMsats(1_234_500n)).toBe('1\u202f234.500 sat')
    expect(formatMsats(5000n)).toBe('5 sat')
    expect(formatFeeRate(1500n)).toBe('1.5 sat/vB')
    expect(formatFeeRate(2000n)).toBe('2 sat/vB')
  })

  test('tables line up, colours or not', () => {
    const red = '\u001b[31m'
    expect(visibleLength(`${red}ab\u001b[39m`)).toBe(2)
    expect(
      formatTable(
        [{ title: 'a' }, { title: 'count', align: 'right' }],
        [
          ['long', '1'],
          [`${red}x\u001b[39m`, '20'],
        ],
      ),
    ).toEqual(['a     count', 'long      1', `${red}x\u001b[39m        20`])
    expect(
      formatFields([
        ['a', '1'],
        ['long', undefined],
        ['bcd', '2'],
      ]),
    ).toEqual(['a    1', 'bcd  2'])
  })

  test('times', () => {
    expect(formatTime(0)).toBe('1970-01-01 00:00:00Z')
    expect(formatTime(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991')
    expect(formatDuration(90)).toBe('1m 30s')
    expect(formatDuration(86_400 * 2 + 3600 * 3 + 5)).toBe('2d 3h')
    expect(formatDuration(-5)).toBe('0s')
  })

  test('colour is for terminals, unless it is refused or forced', () => {
    const coloured = (isTTY: boolean, env: Record<string, string>): boolean =>
      createStyle({ write: () => undefined, isTTY }, env).red('x') !== 'x'
    expect(coloured(true, {})).toBe(true)
    expect(coloured(false, {})).toBe(false)
    expect(coloured(true, { NO_COLOR: '1' })).toBe(false)
    expect(coloured(true, { TERM: 'dumb' })).toBe(false)
    expect(coloured(false, { FORCE_COLOR: '1' })).toBe(true)
  })

  test('progress shows on a terminal, but not beside JSON', () => {
    let now = 0
    let drawn = ''
    const draw = (json: boolean): void => {
      const stderr = { write: (text: string) => void (drawn += text), isTTY: true }
      const session = { io: { stderr, now: () => now }, options: { json } } as unknown as Session
      const progress = createProgress(session, 'mining')
      now += 1000
      progress.update(2, 4)
    }
    draw(true)
    expect(drawn).toBe('')
    draw(false)
    expect(drawn).toContain('mining ████████████░░░░░░░░░░░░ 2/4')
  })
})
