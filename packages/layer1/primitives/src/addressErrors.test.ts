import { bytesToHex } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { decodeAddress, encodeAddress, witnessProgramScript } from './address.ts'
import { explainAddressErrors } from './addressErrors.ts'
import { MAIN, REGTEST } from './network/networks.ts'
import core from './testdata/addressErrors.json' with { type: 'json' }

type Row = readonly [text: string, message: string, positions: readonly number[]]

describe("Bitcoin Core's words for texts that are no addresses", () => {
  test.each(core.main as unknown as Row[])('main: %s: %s', (text, message, positions) => {
    expect(decodeAddress(text, MAIN).ok).toBe(false)
    expect(explainAddressErrors(text, MAIN)).toEqual({ message, positions })
  })
  test.each(core.regtest as unknown as Row[])('regtest: %s: %s', (text, message, positions) => {
    expect(decodeAddress(text, REGTEST).ok).toBe(false)
    expect(explainAddressErrors(text, REGTEST)).toEqual({ message, positions })
  })
  test.each(core.valid)('%s is one', (text, script) => {
    const decoded = decodeAddress(text, MAIN)
    expect(decoded.ok && bytesToHex(decoded.value)).toBe(script)
  })
})

test('one and two wrong characters are found wherever they stand', () => {
  const random = createRandom(173)
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
  for (let round = 0; round < 200; round++) {
    const version = random.below(3)
    const program = random.bytes(random.chance(0.5) ? 20 : 32)
    const text = encodeAddress(witnessProgramScript({ version, program }), MAIN)!
    const first = 3 + random.below(text.length - 3)
    const second = 3 + random.below(text.length - 3)
    const places = random.chance(0.5) || first === second ? [first] : [first, second].sort((a, b) => a - b)
    const characters = [...text]
    for (const place of places) {
      const others = alphabet.replace(text[place]!, '')
      characters[place] = others[random.below(others.length)]!
    }
    expect(explainAddressErrors(characters.join(''), MAIN).positions).toEqual(places)
  }
})
