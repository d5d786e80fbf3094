import { expect, test } from 'vitest'
import { parseBirthday } from './birthday.ts'

test('a birthday is a height or a date', () => {
  expect(parseBirthday('0')).toEqual({ height: 0 })
  expect(parseBirthday(' 800000 ')).toEqual({ height: 800_000 })
  expect(parseBirthday('2024-05-31')).toEqual({ time: 1_717_113_600 })
  expect(parseBirthday('2024-05-31T14:00Z')).toEqual({ time: 1_717_164_000 })
})

test.each([
  '',
  'x',
  '-1',
  '1.5',
  '999999999',
  '31.5.2024',
  '2024-02-31',
  '2024-13-01',
  '2024-05-31T99:00Z',
  'May 2024',
])("'%s' is refused", (text) => expect(() => parseBirthday(text)).toThrow('no birthday'))
