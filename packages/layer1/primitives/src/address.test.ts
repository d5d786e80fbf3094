import { bytesToHex, decodeBase58, encodeBase58, hexToBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { decodeAddress, decodeWif, encodeAddress, encodeWif } from './address.ts'
import { MAIN, NETWORKS, REGTEST } from './network/networks.ts'
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
})
