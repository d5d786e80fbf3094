import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { ShortIdPlaces } from './shortIdPlaces.ts'

test('finds the place of each short id between those that are taken', () => {
  const places = new ShortIdPlaces([7, 2 ** 48 - 1, 0], ['coinbase', undefined, undefined, 'prefilled', undefined])
  expect([7, 2 ** 48 - 1, 0].map((id) => places.find(id))).toEqual([1, 2, 4])
  expect([1, 8, 2 ** 48 - 2].map((id) => places.find(id))).toEqual([undefined, undefined, undefined])
  expect(places.hasDuplicates).toBe(false)
  expect(new ShortIdPlaces([3, 1, 3], [undefined, undefined, undefined]).hasDuplicates).toBe(true)
  expect(new ShortIdPlaces([], []).find(0)).toBeUndefined()
})

test('agrees with a table for random ids', () => {
  const random = createRandom(1)
  const ids = [...new Set(Array.from({ length: 3000 }, () => random.below(2 ** 31) * 2 ** 17))]
  const places = new ShortIdPlaces(ids, new Array<undefined>(ids.length).fill(undefined))
  expect(ids.map((id) => places.find(id))).toEqual(ids.map((_, i) => i))
})
