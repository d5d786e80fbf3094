import { expect, test } from 'vitest'
import { UploadTarget } from './uploadTarget.ts'

const NOW = 1_700_000_000_000
const DAY = 24 * 3_600_000
const MB = 2 ** 20

test('without a target everything is served', () => {
  const upload = new UploadTarget(0)
  upload.record(1e12, NOW)
  expect(upload.state(NOW)).toMatchObject({ reached: false, servesHistory: true, bytesLeft: 0, timeLeft: 0 })
})

test('what is kept for new blocks is not spent on old ones, and a new day begins anew', () => {
  const upload = new UploadTarget(800 * MB)
  expect(upload.state(NOW)).toMatchObject({ reached: false, servesHistory: true, timeLeft: DAY })
  // 144 blocks of 4 MB are to come.
  upload.record(800 * MB - 576_000_000 - 1, NOW)
  expect(upload.state(NOW).servesHistory).toBe(true)
  upload.record(1, NOW)
  expect(upload.state(NOW)).toMatchObject({ servesHistory: false, reached: false, bytesLeft: 576_000_000 })
  // As the day goes by, fewer are.
  expect(upload.state(NOW + DAY / 2).servesHistory).toBe(true)
  upload.record(576_000_000, NOW + 1)
  expect(upload.state(NOW + 1)).toMatchObject({ reached: true, servesHistory: false, bytesLeft: 0 })
  upload.record(1, NOW + DAY + 1)
  expect(upload.state(NOW + DAY + 1)).toMatchObject({ reached: false, servesHistory: true })
})

test('a target too small for new blocks leaves nothing for old ones', () => {
  expect(new UploadTarget(MB).state(NOW)).toMatchObject({ reached: false, servesHistory: false })
})
