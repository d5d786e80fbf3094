import { expect, test } from 'vitest'
import { InboundSlots } from './inboundSlots.ts'

const links = (count: number, host: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ id: i + 1, address: `${host(i)}:${1000 + i}` }))

test('one host cannot take all places', () => {
  const slots = new InboundSlots()
  const attacked = links(114, (i) => (i < 4 ? `10.0.0.${i}` : '6.6.6.6'))
  expect(slots.admit('10.0.0.9:1', attacked.slice(0, 113))).toBe(true)
  expect(slots.admit('10.0.0.9:1', attacked)).toEqual({ id: 114, address: '6.6.6.6:1113' })
  expect(slots.admit('[2001:db8::1]:1', attacked)).toEqual({ id: 114, address: '6.6.6.6:1113' })
  expect(slots.admit('6.6.6.6:1', attacked)).toBe(false)
  expect(
    slots.admit(
      '6.6.6.7:1',
      links(114, (i) => `10.0.1.${i}`),
    ),
  ).toBe(false)
})

test('who broke a rule does not get the last places', () => {
  const slots = new InboundSlots()
  slots.discourage('6.6.6.6:5')
  slots.discourage('127.0.0.1:5')
  expect(slots.admit('6.6.6.6:6', [])).toBe(true)
  const nearlyFull = links(113, (i) => `10.0.0.${i}`)
  expect(slots.admit('6.6.6.6:6', nearlyFull)).toBe(false)
  expect(slots.admit('127.0.0.1:6', nearlyFull)).toBe(true)
  expect(slots.admit('6.6.6.7:6', nearlyFull)).toBe(true)
})
