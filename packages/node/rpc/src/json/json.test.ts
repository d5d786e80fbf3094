import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { parseBtcAmount, parseFixedPoint } from './amount.ts'
import { parseJson } from './parse.ts'
import { stringifyJson } from './stringify.ts'
import { btcAmount, type JsonOutput, RawNumber } from './value.ts'

test('reads what JSON.parse reads, for integers', () => {
  const integers = fc
    .jsonValue({ noUnicodeString: false })
    .map((value) =>
      JSON.stringify(value, (_, member: unknown) => (typeof member === 'number' ? Math.trunc(member) | 0 : member)),
    )
  fc.assert(
    fc.property(integers, fc.constantFrom(0, 2), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent)
      const value = unwrap(parseJson(spaced))
      expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(text))
      expect(stringifyJson(value as JsonOutput, indent)).toBe(spaced)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('keeps numbers digit for digit', () => {
  const text = '[0.10000000,1e3,-0.5,123456789012345678901234567890,9007199254740991,-7,50.00000000]'
  const value = unwrap(parseJson(text))
  expect(stringifyJson(value as JsonOutput)).toBe(text)
  expect(value).toEqual([
    new RawNumber('0.10000000'),
    new RawNumber('1e3'),
    new RawNumber('-0.5'),
    new RawNumber('123456789012345678901234567890'),
    9007199254740991,
    -7,
    new RawNumber('50.00000000'),
  ])
})

test.each([
  '',
  ' ',
  '{',
  '[1,]',
  '{"a":}',
  '{"a" 1}',
  '{a:1}',
  '01',
  '1.',
  '.5',
  '+1',
  'nul',
  '"',
  '"\\x"',
  '"\\u12g4"',
  '"\\ud800"',
  '"\\ud800x\\udc00"',
  '{"\\udc00":1}',
])('%j is no JSON', (text) => expect(parseJson(text).ok).toBe(false))
test.each(['"a\nb"', '[1] 2', '{"a":1,}', '[[1}', 'NaN', '-', '1e', "'a'"])('nor is %j', (text) =>
  expect(parseJson(text).ok).toBe(false),
)

test('nesting is bounded', () => {
  expect(parseJson('['.repeat(500) + ']'.repeat(500)).ok).toBe(true)
  expect(parseJson('['.repeat(1_000_000)).ok).toBe(false)
  expect(parseJson('{"a":'.repeat(100_000)).ok).toBe(false)
})

test('members named like object machinery are only members', () => {
  const value = unwrap(parseJson('{"__proto__":{"x":1},"constructor":2}'))
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('random and mutated text gives a value or bad-json, as JSON.parse decides', () => {
  const random = createRandom(5)
  const seed = '{"jsonrpc":"2.0","id":1,"method":"getblock","params":["00ff",true,null,-12,"\\u00e9\\n"]}'
  for (let i = 0; i < 2000; i++) {
    const text = [...seed]
    for (let edits = random.below(4); edits >= 0; edits--) {
      text[random.below(text.length)] = String.fromCharCode(random.below(128))
    }
    let expected = true
    try {
      JSON.parse(text.join(''))
    } catch {
      expected = false
    }
    expect(parseJson(text.join('')).ok).toBe(expected)
  }
})

test('amounts are exact', () => {
  expect(stringifyJson({ fee: btcAmount(1n), all: btcAmount(2_099_999_997_690_000n), none: undefined })).toBe(
    '{"fee":0.00000001,"all":20999999.97690000}',
  )
  const satoshi = (text: string): unknown => parseBtcAmount(unwrap(parseJson(text)))
  expect(satoshi('0.1')).toEqual({ ok: true, value: 10_000_000n })
  expect(satoshi('"0.00000001"')).toEqual({ ok: true, value: 1n })
  expect(satoshi('1e-8')).toEqual({ ok: true, value: 1n })
  expect(satoshi('21000000')).toEqual({ ok: true, value: 2_100_000_000_000_000n })
  expect(satoshi('1.000000000')).toEqual({ ok: true, value: 100_000_000n })
  expect(satoshi('0.000000001')).toEqual({ ok: false, error: 'Invalid amount' })
  expect(satoshi('-1')).toEqual({ ok: false, error: 'Amount out of range' })
  expect(satoshi('21000000.00000001')).toEqual({ ok: false, error: 'Amount out of range' })
  expect(satoshi('true')).toEqual({ ok: false, error: 'Amount is not a number or string' })
  for (const text of ['', '1,5', ' 1', '0x10', '1e999', '.1', '1.', '--1', '01', '1e1000000000']) {
    expect(parseFixedPoint(text, 8)).toBeUndefined()
  }
})
