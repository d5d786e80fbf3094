import { expect, test } from 'vitest'
import { silentLogger } from '@ply/runtime'
import { PruneLocks } from './pruneLocks.ts'

test('whoever is furthest behind decides, with some room to go back', () => {
  const locks = new PruneLocks(silentLogger)
  expect(locks.limit(500)).toBe(500)
  locks.set('a', 700)
  locks.set('b', 300)
  expect(locks.limit(500)).toBe(289)
  locks.set('b', 900)
  expect(locks.limit(800)).toBe(689)
  locks.moveBack(600)
  expect(locks.limit(800)).toBe(588)
  locks.set('b', 5)
  expect(locks.limit(800)).toBe(1)
})
