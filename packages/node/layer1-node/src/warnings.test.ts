import { expect, test } from 'vitest'
import { Warnings } from './warnings.ts'

test('each kind is told of once while it is in force', () => {
  const told: string[] = []
  const warnings = new Warnings((text) => told.push(text))
  warnings.set('unknown-new-rules-activated', 'a')
  warnings.set('unknown-new-rules-activated', 'b')
  expect([warnings.texts, told]).toEqual([['a'], ['a']])
  warnings.unset('unknown-new-rules-activated')
  expect(warnings.texts).toEqual([])
})
