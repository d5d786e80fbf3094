import { createRandom, mutateText } from '@ply/testkit'
import { expect, test } from 'vitest'
import { entropyToMnemonic, ExtendedKey, HARDENED, isMnemonic, parseDerivationPath, TESTNET_VERSIONS } from './index.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 300)
const mainKey = ExtendedKey.fromSeed(new Uint8Array(32).fill(7))
const testKey = ExtendedKey.fromSeed(new Uint8Array(16).fill(8), TESTNET_VERSIONS)
const SEEDS = [mainKey, testKey].flatMap((key) => [key.xprv, key.xpub])

test('extended keys of any text are read as they were written, or refused by name', () => {
  const random = createRandom(32)
  for (let run = 0; run < RUNS; run++) {
    const text = random.chance(0.1) ? random.pick(SEEDS) : mutateText(random, SEEDS, [...'123ABCxyz0OIl \u00e9'])
    for (const versions of [undefined, TESTNET_VERSIONS]) {
      const decoded = ExtendedKey.decode(text, versions)
      if (decoded.ok) expect([decoded.value.xpub, decoded.value.secretKey && decoded.value.xprv]).toContain(text)
      else expect(decoded.error.code).toBe('bad-extended-key')
    }
  }
})

test('derivation paths of any text are lists of indices, or refused by name', () => {
  const random = createRandom(44)
  for (let run = 0; run < RUNS; run++) {
    const text = mutateText(
      random,
      ["m/84'/1'/0'/0/5", 'm', "m/2147483647'/0h"],
      ['/', "'", 'h', 'm', '-1', '1e9', '4294967296'],
    )
    const path = parseDerivationPath(text)
    if (path.ok) for (const index of path.value) expect(index >= 0 && index < 2 * HARDENED).toBe(true)
    else expect(path.error.code).toMatch(/^[a-z-]+$/)
  }
})

test('words of any kind are a mnemonic or not', () => {
  const random = createRandom(39)
  const seeds = [16, 20, 24, 28, 32].map((length) => entropyToMnemonic(random.bytes(length)))
  for (const mnemonic of seeds) expect(isMnemonic(mnemonic)).toBe(true)
  for (let run = 0; run < RUNS; run++) {
    expect(typeof isMnemonic(mutateText(random, seeds, [' ', 'abandon', 'zoo ', '\u3000', '\u00e9']))).toBe('boolean')
  }
})

test('a text that is far too long is refused before it is converted', () => {
  expect(ExtendedKey.decode('z'.repeat(1_000_000)).ok).toBe(false)
  expect(isMnemonic('abandon '.repeat(200_000))).toBe(false)
  expect(parseDerivationPath(`m${'/1'.repeat(500_000)}/x`).ok).toBe(false)
}, 1000)
