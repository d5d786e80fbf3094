import { hexToBytes, unwrap } from '@ply/bytes'
import { decodeTransaction, hashToDisplay } from '@ply/primitives'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { computeLegacySighash } from '../sighash/legacySighash.ts'
import { SighashCache } from '../sighash/sighashCache.ts'

describe.skipIf(!hasVectors)(`sighash.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  it('hashes all 500 cases', () => {
    const entries = readVectorJson('bitcoin-core/sighash.json') as [string, string, number, number, string][]
    const cases = entries.filter((entry) => entry.length > 1)
    expect(cases.length).toBe(500)
    for (const [rawTx, script, inputIndex, hashType, expected] of cases) {
      const cache = new SighashCache(unwrap(decodeTransaction(hexToBytes(rawTx))))
      const hash = computeLegacySighash(cache, { inputIndex, scriptCode: hexToBytes(script), hashType })
      expect(hashToDisplay(hash), rawTx).toBe(expected)
    }
  })
})
