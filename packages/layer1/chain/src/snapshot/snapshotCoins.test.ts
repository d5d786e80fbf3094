import { expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { publicKeyFromSecret } from '@ply/crypto'
import { type BlockHash, REGTEST, sats, type Txid } from '@ply/primitives'
import { createP2pk } from '@ply/script'
import { encodeSnapshotMetadata, SnapshotCoins } from '../index.ts'

const id = (byte: number): Txid => new Uint8Array(32).fill(byte) as Txid
const coin = (scriptPubKey: Uint8Array): Coin => ({
  output: { value: sats(100_000_000), scriptPubKey },
  height: 3,
  isCoinbase: true,
})
const OP_TRUE = Uint8Array.of(0x51)
/** Height 3 and coinbase, one bitcoin, one byte of script. */
const PLAIN = '07090751'

test('what stands before the coins', () => {
  const base = new Uint8Array(32).fill(0xab) as BlockHash
  const encoded = encodeSnapshotMetadata({ magic: REGTEST.magic, base, coins: 258 })
  expect(bytesToHex(encoded)).toBe(`7574786fff0200fabfb5da${'ab'.repeat(32)}0201000000000000`)
})

test('a transaction stands once for all its coins', () => {
  const coins = new SnapshotCoins()
  expect(coins.finish()).toBeUndefined()
  expect(coins.add({ txid: id(1), index: 0 }, coin(OP_TRUE))).toBeUndefined()
  expect(coins.add({ txid: id(1), index: 300 }, coin(OP_TRUE))).toBeUndefined()
  const first = coins.add({ txid: id(2), index: 7 }, coin(OP_TRUE))
  expect(bytesToHex(first!)).toBe(`${'01'.repeat(32)}0200${PLAIN}fd2c01${PLAIN}`)
  expect(bytesToHex(coins.finish()!)).toBe(`${'02'.repeat(32)}0107${PLAIN}`)
  expect(coins.finish()).toBeUndefined()
})

test('outputs come in the order of the keys of a database that writes their numbers as varints', () => {
  const coins = new SnapshotCoins()
  for (const index of [127, 128, 256, 16511, 16512]) coins.add({ txid: id(1), index }, coin(OP_TRUE))
  const numbers = ['7f', '80', 'fd8040', 'fd0001', 'fd7f40']
  expect(bytesToHex(coins.finish()!)).toBe('01'.repeat(32) + '05' + numbers.map((number) => number + PLAIN).join(''))
})

test('of an uncompressed key, half is enough; of what is no key, all must be kept', () => {
  const key = publicKeyFromSecret(new Uint8Array(32).fill(5), false)!
  const coins = new SnapshotCoins()
  coins.add({ txid: id(1), index: 0 }, coin(createP2pk(key)))
  const form = key[64]! % 2 === 0 ? '04' : '05'
  expect(bytesToHex(coins.finish()!).slice(66)).toBe(`000709${form}${bytesToHex(key.subarray(1, 33))}`)
  const script = createP2pk(concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(1)))
  coins.add({ txid: id(1), index: 0 }, coin(script))
  expect(bytesToHex(coins.finish()!).slice(66)).toBe(`00070949${bytesToHex(script)}`)
  expect(hexToBytes('49')[0]).toBe(script.length + 6)
})
