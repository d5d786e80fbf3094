import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteWriter, bytesToHex, DecodeError, decodeExact, hexToBytes, type Result, unwrap } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { type BlockHash, type OutPoint, sats, type Txid } from '@ply/primitives'
import {
  type BlockIndexEntry,
  coinKey,
  type CoinStatistics,
  decodeBlockIndexEntry,
  decodeCoin,
  decodeCoinKey,
  decodeCoinStatistics,
  decodeUndo,
  encodeBlockIndexEntry,
  encodeCoin,
  encodeCoinStatistics,
  encodeUndo,
} from '../index.ts'
import { compressAmount, decompressAmount } from './compressedAmount.ts'
import { readVarint, writeVarint } from './varint.ts'

const RUNS = { seed: 1, numRuns: Number(process.env['PLY_FUZZ_RUNS'] ?? 300) }

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const script = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  bytes(20).map((hash) => hexToBytes(`76a914${bytesToHex(hash)}88ac`)),
  bytes(20).map((hash) => hexToBytes(`a914${bytesToHex(hash)}87`)),
  bytes(32).map((key) => hexToBytes(`2103${bytesToHex(key)}ac`)),
  bytes(64).map((key) => hexToBytes(`4104${bytesToHex(key)}ac`)),
)
const coin: fc.Arbitrary<Coin> = fc.record({
  output: fc.record({ value: fc.bigInt(0n, 21_000_000_00000000n).map(sats), scriptPubKey: script }),
  height: fc.nat(0x7fffffff),
  isCoinbase: fc.boolean(),
})
const outpoint: fc.Arbitrary<OutPoint> = fc.record({
  txid: bytes(32) as fc.Arbitrary<Txid>,
  index: fc.integer({ min: 0, max: 0xffffffff }),
})
const location = fc.option(fc.record({ file: fc.nat(), offset: fc.nat(2 ** 40), length: fc.nat() }), { nil: undefined })
const entry: fc.Arbitrary<BlockIndexEntry> = fc.record({
  header: fc.record({
    version: fc.integer(),
    previousBlockHash: bytes(32) as fc.Arbitrary<BlockHash>,
    merkleRoot: bytes(32),
    time: fc.nat(0xffffffff),
    bits: fc.nat(0xffffffff),
    nonce: fc.nat(0xffffffff),
  }),
  height: fc.nat(),
  validity: fc.constantFrom('tree', 'transactions', 'scripts'),
  failed: fc.boolean(),
  transactionCount: fc.nat(),
  data: location,
  undo: location,
})

const narrow = fc.bigInt(0n, (1n << 64n) - 1n)
const wide = fc.bigInt(0n, (1n << 256n) - 1n)
const statistics: fc.Arbitrary<CoinStatistics> = fc.record({
  muHash: bytes(32),
  totals: fc.record({
    outputs: fc.nat(),
    bogoSize: fc.nat(),
    amount: narrow,
    subsidy: narrow,
    prevoutsSpent: wide,
    newOutputsExCoinbase: wide,
    coinbase: wide,
    unspendable: fc.record({ genesisBlock: narrow, bip30: narrow, scripts: narrow, unclaimedRewards: narrow }),
  }),
})

/** Back and forth, and then any bytes, spoilt ones above all: a value or a named error, never a throw. */
function checkCodec<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => Result<T, DecodeError>,
): void {
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(255), (value, at, byte) => {
      const encoded = encode(value)
      expect(unwrap(decode(encoded))).toEqual(value)
      const spoilt = encoded.slice()
      spoilt[at % spoilt.length] = byte
      for (const garbage of [spoilt, encoded.slice(0, at % encoded.length)]) {
        const decoded = decode(garbage)
        if (!decoded.ok) expect(decoded.error).toBeInstanceOf(DecodeError)
      }
    }),
    RUNS,
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
      const decoded = decode(garbage)
      if (!decoded.ok) expect(decoded.error).toBeInstanceOf(DecodeError)
    }),
    RUNS,
  )
}

describe('codecs take back what they wrote, and name what is wrong with anything else', () => {
  test('coin', () => checkCodec(coin, encodeCoin, decodeCoin))
  test('coin key', () => checkCodec(outpoint, coinKey, decodeCoinKey))
  test('undo', () => checkCodec(fc.array(fc.array(coin, { maxLength: 4 }), { maxLength: 4 }), encodeUndo, decodeUndo))
  test('block index entry', () => checkCodec(entry, encodeBlockIndexEntry, decodeBlockIndexEntry))
  test('coin statistics', () => checkCodec(statistics, encodeCoinStatistics, decodeCoinStatistics))
  test('varint', () => {
    const encode = (value: bigint): Uint8Array => {
      const writer = new ByteWriter()
      writeVarint(writer, value)
      return writer.finish()
    }
    checkCodec(fc.bigInt(0n, (1n << 64n) - 1n), encode, (from) => decodeExact(from, readVarint))
  })
})

test.each([
  [0n, 0n],
  [1n, 1n],
  [1_000_000n, 7n],
  [100_000_000n, 9n],
  [50n * 100_000_000n, 0x32n],
  [21_000_000n * 100_000_000n, 0x1406f40n],
])('amount %i packs into %i', (amount, packed) => {
  expect(compressAmount(amount)).toBe(packed)
  expect(decompressAmount(packed)).toBe(amount)
})

test.each([
  // Bitcoin Core's test of its coin serialisation.
  [
    '97f23c835800816115944e077fe7c803cfa57f29b36bf87c1d35',
    {
      value: 60_000_000_000n,
      height: 203998,
      script: '76a914816115944e077fe7c803cfa57f29b36bf87c1d3588ac',
      isCoinbase: false,
    },
  ],
  [
    '8ddf77bbd123008c988f1a4a4de2161e0f50aac7f17e7f9555caa4',
    { value: 110_397n, height: 120891, script: '76a9148c988f1a4a4de2161e0f50aac7f17e7f9555caa488ac', isCoinbase: true },
  ],
])('coin %s reads as in Bitcoin Core', (hex, { value, height, script: scriptHex, isCoinbase }) => {
  const expected = { output: { value: sats(value), scriptPubKey: hexToBytes(scriptHex) }, height, isCoinbase }
  expect(unwrap(decodeCoin(hexToBytes(hex)))).toEqual(expected)
  expect(bytesToHex(encodeCoin(expected))).toBe(hex)
})

test('a coin with a script too long to run becomes unspendable, and bad ones are named', () => {
  expect(decodeCoin(hexToBytes('000007'))).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
  expect(decodeCoin(hexToBytes('000004'))).toMatchObject({ ok: false, error: { code: 'unknown-script-form' } })
  expect(decodeCoin(hexToBytes('00008a95c0bb00'))).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
  const long = new ByteWriter()
  writeVarint(long, 0n)
  writeVarint(long, 0n)
  writeVarint(long, 10_001n + 6n)
  long.bytes(new Uint8Array(10_001))
  expect(unwrap(decodeCoin(long.finish())).output.scriptPubKey).toEqual(Uint8Array.of(0x6a))
})
