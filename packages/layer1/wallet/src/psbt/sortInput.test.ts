import { concatBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { expect, test } from 'vitest'
import { INPUT } from './fieldType.ts'
import { sortPsbtInput } from './sortInput.ts'

const value = new Uint8Array(1)
const key = (byte: number): Uint8Array => new Uint8Array(33).fill(byte)
const leaf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

test('nonces and partial signatures stand by aggregate, leaf and participant', () => {
  const expected = [INPUT.musig2PublicNonce, INPUT.musig2PartialSig].flatMap((type) =>
    [
      concatBytes(key(3), key(2)),
      concatBytes(key(9), key(2)),
      concatBytes(key(1), key(2), leaf(0x01)),
      concatBytes(key(1), key(2), leaf(0x77)),
      concatBytes(key(1), key(5)),
    ].map((keyData) => ({ type, keyData, value })),
  )
  expect(sortPsbtInput(expected.toReversed())).toEqual(expected)
})

test('partial signatures stand by the hashes of their keys, between the fields before and behind them', () => {
  const sorted = sortPsbtInput([
    { type: INPUT.sighashType, keyData: new Uint8Array(0), value },
    ...[1, 2, 3, 4].map((byte) => ({ type: INPUT.partialSig, keyData: key(byte), value })),
    { type: INPUT.witnessUtxo, keyData: new Uint8Array(0), value },
  ])
  expect(sorted.map(({ type }) => type)).toEqual([1, 2, 2, 2, 2, 3])
  const hashes = sorted.slice(1, 5).map(({ keyData }) => hash160(keyData))
  expect(hashes).toEqual(hashes.toSorted((a, b) => a[0]! - b[0]!))
})
