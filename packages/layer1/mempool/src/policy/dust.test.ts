import { hexToBytes } from '@ply/bytes'
import { sats } from '@ply/primitives'
import { createNullData, createP2a, createP2pkh, createP2tr, createP2wpkh, createP2wsh } from '@ply/script'
import { expect, it } from 'vitest'
import { computeDustThreshold } from './dust.ts'

it.each([
  [createP2pkh(new Uint8Array(20)), 546n],
  [createP2wpkh(new Uint8Array(20)), 294n],
  [createP2wsh(new Uint8Array(32)), 330n],
  [createP2tr(new Uint8Array(32)), 330n],
  [createP2a(), 240n],
  [createNullData(hexToBytes('00')), 0n],
])('dust threshold of case %#', (scriptPubKey, threshold) => {
  expect(computeDustThreshold({ value: sats(0), scriptPubKey }, 3000n)).toBe(threshold)
})
