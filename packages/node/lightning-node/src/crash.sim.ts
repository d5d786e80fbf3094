import { test } from 'vitest'
import { runCrashRounds } from './test/crashRounds.ts'

test.each([1, 2, 3])('100 kills in the middle of payments, seed %i', (seed) => runCrashRounds({ seed, rounds: 100 }))
