import { concatBytes, hexToBytes } from '@ply/bytes'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { V2Transport } from './v2.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 200)
const MAGIC = hexToBytes('fabfb5da')

test('whatever comes is messages, a wait, or one named failure after which nothing more happens', () => {
  const random = createRandom(7)
  for (let run = 0; run < RUNS; run++) {
    const [a, b] = [true, false].map(
      (initiator, i) => new V2Transport({ magic: MAGIC, initiator, entropy: new SeededEntropy(2 * run + i) }),
    ) as [V2Transport, V2Transport]
    let broken = false
    for (let step = 0; step < 12; step++) {
      if (random.chance(0.3)) a.send(random.pick(['ping', 'tx', 'whatever']), random.bytes(random.below(100)))
      let bytes = concatBytes(...a.takeOutput().map((output) => output.bytes))
      if (random.chance(0.1)) bytes = random.bytes(random.below(3000))
      else if (bytes.length > 0 && random.chance(0.1)) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
      const events = b.push(bytes)
      expect(broken ? events : []).toEqual([])
      broken ||= events.some((event) => event.type === 'broken')
      expect(events.filter((event) => event.type === 'broken').length).toBeLessThan(2)
      if (!random.chance(0.1)) a.push(concatBytes(...b.takeOutput().map((output) => output.bytes)))
    }
  }
})
