import { expect, test } from 'vitest'
import { systemEntropy } from './systemEntropy.ts'
import { SystemClock } from './systemClock.ts'

test('mock time holds the reading until it is let go', () => {
  const clock = new SystemClock()
  clock.setMockTime(1_600_000_000_000)
  expect(clock.now()).toBe(1_600_000_000_000)
  clock.setMockTime(undefined)
  expect(clock.now()).toBeGreaterThan(1_700_000_000_000)
})

test('a scheduled task runs once, a cancelled one never', async () => {
  const clock = new SystemClock()
  const ran: string[] = []
  clock.schedule(0, () => ran.push('cancelled'))()
  await new Promise<void>((resolve) => {
    clock.schedule(0, () => {
      ran.push('run')
      resolve()
    })
  })
  expect(ran).toEqual(['run'])
})

test('what is scheduled can be brought forward', async () => {
  const clock = new SystemClock()
  const ran: string[] = []
  clock.schedule(7_200_000, () => ran.push('later'))()
  const far = clock.schedule(7_200_000, () => ran.push('too far'))
  await new Promise<void>((resolve) => {
    clock.schedule(3_600_000, () => {
      ran.push('run')
      resolve()
    })
    clock.advanceSchedule(3_600_000)
  })
  far()
  expect(ran).toEqual(['run'])
})

test('entropy differs from call to call', () => {
  expect(systemEntropy.bytes(32)).toHaveLength(32)
  expect(systemEntropy.bytes(32)).not.toEqual(systemEntropy.bytes(32))
})
