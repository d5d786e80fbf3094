import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { decodeSeedList } from './seedList.ts'
import { formatService } from './text.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 5000)
const LIST = Uint8Array.of(1, 4, 1, 2, 3, 4, 0x20, 0x8d, 2, 16, 0x2a, 2, ...new Uint8Array(13), 1, 0, 5)

test('a list is read, whatever it holds, or ends within an address', () => {
  const read = decodeSeedList(LIST)
  expect(read.ok && read.value.map(formatService)).toEqual(['1.2.3.4:8333', '[2a02::1]:5'])
  expect(decodeSeedList(LIST.subarray(0, -1))).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
  const random = createRandom(41)
  for (let run = 0; run < RUNS; run++) {
    const bytes = random.chance(0.5) ? random.bytes(random.below(60)) : LIST.slice(0, random.below(LIST.length + 1))
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256)
    const decoded = decodeSeedList(bytes)
    if (!decoded.ok) expect(decoded.error.code).not.toBe('')
  }
})
