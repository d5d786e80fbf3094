import { createRandom, mutateText } from '@ply/testkit'
import { expect, test } from 'vitest'
import { decodeAddress, decodeWif, encodeAddress, encodeWif } from './address.ts'
import { REGTEST, TESTNET4 } from './network/networks.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 2000)
const SEEDS = [
  'bcrt1qmpwzkuwsqc9snjvgdt4czhjsnywa5yjdqpxskv',
  'tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq',
  '2N1r7aC69VHeE7yQJPDLi9T1PYq4wnwvjuT',
  'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn',
  'cTpB4YiyKiBcPxnefsDpbnDxFDffjqJob8wGCEDXxgQ7zQoMXJdH',
]
const PIECES = [...'qpzry9x8gf2tvdw0s3jn54khce6mua7l1BIO0 \u00e9', 'bc1', 'bcrt1', '']

test('addresses and secret keys of any text are read or refused by name; what is read is written as it was', () => {
  const random = createRandom(5)
  for (let run = 0; run < RUNS; run++) {
    const text = random.chance(0.1) ? random.pick(SEEDS) : mutateText(random, SEEDS, PIECES)
    for (const network of [REGTEST, TESTNET4]) {
      const decoded = decodeAddress(text, network)
      if (decoded.ok) expect(encodeAddress(decoded.value, network)).toBe(text)
      else expect(decoded.error.code).toMatch(/^[a-z0-9-]+$/)
      const wif = decodeWif(text, network)
      if (wif.ok) expect(encodeWif(wif.value, network)).toBe(text)
      else expect(wif.error.code).toMatch(/^[a-z0-9-]+$/)
    }
  }
})

test('a text that is far too long is refused before it is converted', () => {
  for (const text of ['z'.repeat(1_000_000), `bcrt1${'q'.repeat(1_000_000)}`, '1'.repeat(1_000_000)]) {
    expect(decodeAddress(text, REGTEST).ok).toBe(false)
    expect(decodeWif(text, REGTEST).ok).toBe(false)
  }
}, 1000)
