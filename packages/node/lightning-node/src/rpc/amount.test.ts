import { expect, test } from 'vitest'
import { parseMsat } from './amount.ts'

test('amounts with and without units', () => {
  expect(parseMsat(5, 'msat')).toEqual({ ok: true, value: 5n })
  expect(parseMsat(5, 'sat')).toEqual({ ok: true, value: 5000n })
  expect(parseMsat('5', 'sat')).toEqual({ ok: true, value: 5000n })
  expect(parseMsat('5msat', 'sat')).toEqual({ ok: true, value: 5n })
  expect(parseMsat('50sat', 'msat')).toEqual({ ok: true, value: 50_000n })
  expect(parseMsat('0.001btc', 'msat')).toEqual({ ok: true, value: 100_000_000n })
  expect(parseMsat('0.00000000001btc', 'msat')).toEqual({ ok: true, value: 1n })
})

test.each([null, true, '', 'sat', '1.5msat', '-1', '1 000', '0x10', '21000001btc', '1e', {}, []])(
  '%j is a named error',
  (value) => {
    expect(parseMsat(value, 'sat').ok).toBe(false)
  },
)
