import { expect, test } from 'vitest'
import { createRandom } from '@ply/testkit'
import { createObfuscation, NO_OBFUSCATION } from './obfuscation.ts'

test('the key goes on from wherever the bytes lie', () => {
  const random = createRandom(7)
  const obfuscate = createObfuscation(random.bytes(8))
  const whole = random.bytes(100)
  const changed = whole.slice()
  obfuscate(changed, 13)
  expect(changed).not.toEqual(whole)
  for (const [from, to] of [
    [0, 100],
    [1, 9],
    [50, 51],
    [33, 100],
  ] as const) {
    const part = changed.slice(from, to)
    obfuscate(part, 13 + from)
    expect(part).toEqual(whole.slice(from, to))
  }
})

test('a key of zeros changes nothing', () => {
  expect(createObfuscation(new Uint8Array(8))).toBe(NO_OBFUSCATION)
})
