import { bytesToHex, decodeBase58, encodeBase58, hexToBytes, unwrap } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { decodeAddress, decodeWif, encodeAddress, encodeWif } from './address.ts'
import { MAIN, NETWORKS, REGTEST, TESTNET4 } from './network/networks.ts'
import type { NetworkName } from './network/parameters.ts'

interface KeyIoMetadata {
  readonly chain: NetworkName
  readonly isPrivkey: boolean
  readonly isCompressed?: boolean
  readonly tryCaseFlip?: boolean
}

const METADATA_KEYS = new Set(['chain', 'isPrivkey', 'isCompressed', 'tryCaseFlip'])

const flipCase = (text: string): string =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('')

describe.skipIf(!hasVectors)(hasVectors ? 'vectors of Bitcoin Core' : missingReason, () => {
  const load = <T>(file: string): T => (hasVectors ? readVectorJson(`bitcoin-core/${file}`) : []) as T

  test.each(load<[string, string, KeyIoMetadata][]>('key_io_valid.json'))('key_io_valid %s', (text, hex, metadata) => {
    for (const key of Object.keys(metadata)) expect(METADATA_KEYS).toContain(key)
    const network = NETWORKS[metadata.chain]
    expect(network).toBeDefined()
    if (metadata.isPrivkey) {
      const wif = unwrap(decodeWif(text, network))
      expect([bytesToHex(wif.secretKey), wif.compressed]).toEqual([hex, metadata.isCompressed])
      expect(encodeWif(wif, network)).toBe(text)
      expect(decodeAddress(text, network).ok).toBe(false)
      return
    }
    expect(bytesToHex(unwrap(decodeAddress(text, network)))).toBe(hex)
    expect(decodeWif(text, network).ok).toBe(false)
    const encoded = encodeAddress(hexToBytes(hex), network)
    expect(encoded).toBe(metadata.tryCaseFlip ? text.toLowerCase() : text)
    const flipped = decodeAddress(flipCase(text), network)
    if (metadata.tryCaseFlip) expect(bytesToHex(unwrap(flipped))).toBe(hex)
  })

  test.each(load<[string][]>('key_io_invalid.json'))('key_io_invalid %s', (text) => {
    for (const network of Object.values(NETWORKS)) {
      expect(decodeAddress(text, network).ok).toBe(false)
      expect(decodeWif(text, network).ok).toBe(false)
    }
  })

  test.each(load<[string, string][]>('base58_encode_decode.json'))('base58 of %s', (hex, text) => {
    expect(encodeBase58(hexToBytes(hex))).toBe(text)
    expect(bytesToHex(unwrap(decodeBase58(text, 400)))).toBe(hex.toLowerCase())
  })
})

describe('addresses', () => {
  test('an address of another network is named so', () => {
    for (const text of ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo']) {
      const decoded = decodeAddress(text, REGTEST)
      expect(decoded.ok ? 'decoded' : decoded.error.code).toBe('wrong-network')
    }
  })

  test('scripts without an address have none', () => {
    expect(encodeAddress(hexToBytes('6a0100'), MAIN)).toBeUndefined()
    expect(encodeAddress(new Uint8Array(0), MAIN)).toBeUndefined()
    expect(encodeAddress(hexToBytes('0003010203'), MAIN)).toBeUndefined()
  })

  test('random and mutated texts are read or refused by name; what is read encodes back', () => {
    const random = createRandom(5)
    const seeds = [
      'bcrt1qmpwzkuwsqc9snjvgdt4czhjsnywa5yjdqpxskv',
      'tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq',
      '2N1r7aC69VHeE7yQJPDLi9T1PYq4wnwvjuT',
      'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn',
      'cTpB4YiyKiBcPxnefsDpbnDxFDffjqJob8wGCEDXxgQ7zQoMXJdH',
    ]
    const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7lBCDEFGHJKLMNPQRSTUVWXYZ123456789bio0OIl \u00e9'
    const letter = (): string => alphabet[random.below(alphabet.length)]!
    for (let run = 0; run < 4000; run++) {
      const text = random.chance(0.2)
        ? Array.from({ length: random.below(120) }, letter).join('')
        : [...random.pick(seeds)].map((c) => (random.chance(0.03) ? letter() : c)).join('')
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
})
