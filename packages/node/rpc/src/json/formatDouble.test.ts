import { expect, test } from 'vitest'
import { formatDouble } from './formatDouble.ts'

// What C's %.16g makes of the same numbers.
test.each([
  [4 / 51, '0.07843137254901961'],
  [9.97, '9.970000000000001'],
  [0.1, '0.1'],
  [0, '0'],
  [1, '1'],
  [4.656542373906925e-10, '4.656542373906925e-10'],
  [0.00001, '1e-05'],
  [0.0001, '0.0001'],
  [123456789012345680, '1.234567890123457e+17'],
  [-2.5, '-2.5'],
])('%s', (value, text) => expect(formatDouble(value)).toBe(text))
