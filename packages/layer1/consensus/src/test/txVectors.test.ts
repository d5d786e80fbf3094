import { describe, expect, test } from 'vitest'
import { hexToBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { decodeTransaction } from '@ply/primitives'
import { checkTransaction } from '../index.ts'

const named = (what: string): string => (hasVectors ? what : `${what}: ${missingReason}`)

type Case = readonly [prevouts: unknown, tx: string, flags: string]

/** The rows that are no comment. */
const cases = (file: string): Case[] =>
  (readVectorJson(`bitcoin-core/${file}.json`) as unknown[][]).filter((row) => row.length === 3) as unknown as Case[]

const check = (hex: string): string => {
  const result = checkTransaction(unwrap(decodeTransaction(hexToBytes(hex))))
  return result.ok ? 'valid' : result.error.reason
}

describe.skipIf(!hasVectors)(named("checkTransaction over Bitcoin Core's vectors"), () => {
  test('every transaction of tx_valid passes', () => {
    const all = cases('tx_valid')
    expect(all.length).toBeGreaterThan(100)
    for (const [, tx] of all) expect(check(tx)).toBe('valid')
  })

  test('of tx_invalid exactly the BADTX cases fail', () => {
    const bad: string[] = []
    for (const [, tx, flags] of cases('tx_invalid')) {
      const verdict = check(tx)
      expect([flags === 'BADTX', tx]).toEqual([verdict !== 'valid', tx])
      if (verdict !== 'valid') bad.push(verdict)
    }
    expect([...bad].sort()).toEqual([
      'bad-cb-length',
      'bad-cb-length',
      'bad-txns-inputs-duplicate',
      'bad-txns-prevout-null',
      'bad-txns-prevout-null',
      'bad-txns-txouttotal-toolarge',
      'bad-txns-vout-empty',
      'bad-txns-vout-negative',
      'bad-txns-vout-toolarge',
    ])
  })
})
