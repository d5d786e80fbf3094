import { test } from 'vitest'
import { runKillTest } from './test/killTest.ts'

test('killed at ten random moments, plyd loses nothing that it acknowledged', () => runKillTest({ kills: 10, seed: 1 }))
