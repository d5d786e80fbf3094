import { bytesToHex, concatBytes, hexToBytes, unwrap } from '@ply/bytes'
import { ExtendedKey, MAINNET_VERSIONS, musigKeyAgg, musigPlainPubkey } from '@ply/crypto'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { createAggregateRoot, deriveAggregate } from './aggregateKey.ts'

interface Vector {
  readonly keys: readonly string[]
  readonly aggregate_pubkey: string
  readonly xpub: string
}

describe.skipIf(!hasVectors)(hasVectors ? 'BIP 328' : missingReason, () => {
  const vectors = hasVectors ? (readVectorJson('bips/bip-0328/vectors.json') as readonly Vector[]) : []

  test.each(vectors.map((vector) => [vector.aggregate_pubkey, vector] as const))('%s', (expected, { keys, xpub }) => {
    // The file lists keys in the order of their aggregation.
    const aggregate = musigPlainPubkey(unwrap(musigKeyAgg(keys.map((key) => hexToBytes(key.toLowerCase())))))
    expect(bytesToHex(aggregate)).toBe(expected)
    expect(createAggregateRoot(aggregate).xpub).toBe(xpub)
    const extended = unwrap(ExtendedKey.decode(xpub, MAINNET_VERSIONS))
    expect(bytesToHex(extended.publicKey)).toBe(expected)
    for (const path of [[], [0], [7, 1, 2 ** 31 - 1]]) {
      const derived = deriveAggregate(aggregate, path)
      expect(bytesToHex(derived.publicKey)).toBe(bytesToHex(extended.derive(path).publicKey))
      expect(concatBytes(...derived.tweaks)).toHaveLength(32 * path.length)
    }
  })
})
