import { describe, expect, test } from 'vitest'
import { CliError } from '../exitCode.ts'
import {
  parseCount,
  parseDuration,
  parseFeeRate,
  parseMsats,
  parsePercent,
  parseSats,
  parseSatsOrAll,
} from './amount.ts'

const refuses = (task: () => unknown, words: RegExp): void => {
  expect(task).toThrow(words)
  try {
    task()
  } catch (error) {
    expect(error).toBeInstanceOf(CliError)
    expect((error as CliError).exitCode).toBe(3)
  }
}

describe('amounts', () => {
  test.each([
    ['50sat', 50n],
    ['50 sat', 50n],
    ['1_000_000sats', 1_000_000n],
    ['0.1btc', 10_000_000n],
    ['0.00000001BTC', 1n],
    ['21000000btc', 2_100_000_000_000_000n],
    ['2000msat', 2n],
    ['0sat', 0n],
    ['007sat', 7n],
  ])('%s is %s sat', (text, amount) => {
    expect(parseSats(text)).toBe(amount)
  })

  test('thousandths of a satoshi are for Lightning only', () => {
    expect(parseMsats('1500msat')).toBe(1500n)
    expect(parseMsats('1.5sat')).toBe(1500n)
    refuses(() => parseSats('1500msat'), /whole number of satoshi/)
  })

  test('an amount without a unit is refused, with a hint', () => {
    refuses(() => parseSats('50'), /say 50sat or 50btc/)
    refuses(() => parseSats('0.1'), /say 0.1sat or 0.1btc/)
  })

  test.each([
    '',
    'sat',
    'x',
    '-5sat',
    '1e5sat',
    '1.2.3btc',
    '0.000000001btc',
    '0.5msat',
    '5dollar',
    '21000001btc',
    '+1sat',
  ])("'%s' is refused", (text) => {
    refuses(() => parseSats(text), /./)
  })

  test('all, and nothing', () => {
    expect(parseSatsOrAll('ALL')).toBe('all')
    refuses(() => parseSatsOrAll('0sat'), /above zero/)
  })
})

test('fee rates', () => {
  expect(parseFeeRate('2sat/vB')).toBe(2000n)
  expect(parseFeeRate('1.5 sats/vbyte')).toBe(1500n)
  for (const text of ['2', '2sat', 'x sat/vB', '-1sat/vB', '0.0001sat/vB'])
    refuses(() => parseFeeRate(text), /fee rate/)
})

test('percentages, durations, counts', () => {
  expect(parsePercent('1%')).toBe(10_000)
  expect(parsePercent('0.5 %')).toBe(5000)
  for (const text of ['1', '101%', '-1%', '%']) refuses(() => parsePercent(text), /percentage/)
  expect(['30s', '10m', '1h', '7d'].map(parseDuration)).toEqual([30, 600, 3600, 604_800])
  for (const text of ['10', 'm', '1w', '-1s']) refuses(() => parseDuration(text), /duration/)
  expect(parseCount('5', 'it')).toBe(5)
  for (const text of ['', '-1', '1.5', '99999999999', 'x'])
    refuses(() => parseCount(text, 'it', { max: 10 }), /^it must be/)
})
