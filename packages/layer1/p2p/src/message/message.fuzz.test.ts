import { unwrap } from '@ply/bytes'
import { createRandom, mutateBytes } from '@ply/testkit'
import { expect, it } from 'vitest'
import { SAMPLES } from '../test/messageSamples.ts'
import { decodeMessage, encodeMessage } from './message.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 150)

it.each(Object.values(SAMPLES))('any bytes for $command are a value that survives, or a named error', (sample) => {
  const random = createRandom(1)
  const valid = encodeMessage(sample)
  for (let run = 0; run < RUNS; run++) {
    const bytes = run % 5 === 0 ? random.bytes(random.below(200)) : mutateBytes(random, [valid])
    const decoded = decodeMessage(sample.command, bytes)
    if (!decoded.ok) {
      expect(decoded.error.name).toBe('DecodeError')
      continue
    }
    const message = decoded.value
    expect(message.command).toBe(sample.command)
    expect(unwrap(decodeMessage(sample.command, encodeMessage(message)))).toEqual(message)
  }
})
