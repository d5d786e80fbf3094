import { unwrap, utf8ToBytes } from '@ply/bytes'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { openSeed, parseSeedEnvelope, sealSeed, type SeedEnvelope } from './seedEnvelope.ts'

const cost = { N: 1024, r: 8, p: 1 }
const secret = utf8ToBytes('legal winner thank year wave sausage worth useful legal winner thank yellow')
const seal = (passphrase: string): SeedEnvelope => sealSeed(secret, passphrase, { entropy: new SeededEntropy(1), cost })
const code = (result: { ok: boolean; error?: { code: string } }): string | undefined => result.error?.code

test('what is sealed opens with the same passphrase only', () => {
  const envelope = unwrap(parseSeedEnvelope(JSON.parse(JSON.stringify(seal('correct horse')))))
  expect(unwrap(openSeed(envelope, 'correct horse'))).toEqual(secret)
  expect(code(openSeed(envelope, 'battery staple'))).toBe('wrong-passphrase')
  expect(unwrap(openSeed(seal(''), ''))).toEqual(secret)
  expect(JSON.stringify(envelope)).not.toContain('legal')
})

test('a passphrase is the same however its accents are composed', () => {
  expect(unwrap(openSeed(seal('caf\u00e9'), 'cafe\u0301'))).toEqual(secret)
})

test('a changed file does not open', () => {
  const envelope = seal('p')
  const flip = (text: string): string => (text.startsWith('0') ? '1' : '0') + text.slice(1)
  const changed: SeedEnvelope[] = [
    { ...envelope, ciphertext: flip(envelope.ciphertext) },
    { ...envelope, kdf: { ...envelope.kdf, salt: flip(envelope.kdf.salt) } },
    { ...envelope, kdf: { ...envelope.kdf, N: 2048 } },
    { ...envelope, cipher: { ...envelope.cipher, nonce: flip(envelope.cipher.nonce) } },
  ]
  for (const other of changed) expect(code(openSeed(other, 'p'))).toBe('wrong-passphrase')
})

test('what has not the form of an envelope is refused by name', () => {
  const envelope = seal('p')
  const bad: readonly (readonly [unknown, string])[] = [
    [null, 'bad-seed-envelope'],
    ['text', 'bad-seed-envelope'],
    [{}, 'unknown-version'],
    [{ ...envelope, version: 2 }, 'unknown-version'],
    [{ ...envelope, ciphertext: 'xyz' }, 'bad-seed-envelope'],
    [{ ...envelope, kdf: { ...envelope.kdf, name: 'pbkdf2' } }, 'bad-seed-envelope'],
    [{ ...envelope, kdf: { ...envelope.kdf, N: 1000 } }, 'bad-seed-envelope'],
    [{ ...envelope, kdf: { ...envelope.kdf, N: 2 ** 28 } }, 'kdf-too-expensive'],
    [{ ...envelope, kdf: { ...envelope.kdf, p: 1024, N: 2 ** 17 } }, 'kdf-too-expensive'],
    [{ ...envelope, cipher: { ...envelope.cipher, nonce: '00' } }, 'bad-seed-envelope'],
  ]
  for (const [value, expected] of bad) expect(code(parseSeedEnvelope(value))).toBe(expected)
})

test('random values are refused by name', () => {
  const random = createRandom(3)
  const value = (depth: number): unknown =>
    random.pick<() => unknown>([
      () => random.below(1000),
      () => 'scrypt',
      () => null,
      () => [],
      () =>
        depth > 2 ? 1 : { version: 1, kdf: value(depth + 1), cipher: value(depth + 1), name: 'scrypt', N: value(3) },
    ])()
  for (let run = 0; run < 500; run++) expect(parseSeedEnvelope(value(0)).ok).toBe(false)
})
