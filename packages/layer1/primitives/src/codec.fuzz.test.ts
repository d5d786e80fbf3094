import { bytesToHex, concatBytes, type DecodeError, type Result } from '@ply/bytes'
import { createRandom, mutateBytes } from '@ply/testkit'
import { expect, test } from 'vitest'
import {
  type Block,
  decodeBlock,
  decodeHeader,
  decodeTransaction,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  REGTEST,
  sats,
  type Transaction,
  type Txid,
} from './index.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 1000)

const transaction = (witness: readonly Uint8Array[], inputs: number, outputs: number): Transaction => ({
  version: 2,
  inputs: Array.from({ length: inputs }, (_, index) => ({
    prevout: { txid: new Uint8Array(32).fill(index + 1) as Txid, index },
    scriptSig: new Uint8Array(index * 40),
    sequence: 0xfffffffd,
    witness,
  })),
  outputs: Array.from({ length: outputs }, (_, i) => ({ value: sats(i * 1000), scriptPubKey: new Uint8Array(i * 30) })),
  lockTime: 500_000_000,
})
const transactions = [
  transaction([], 1, 1),
  transaction([new Uint8Array(72), new Uint8Array(33)], 2, 3),
  transaction([new Uint8Array(0), new Uint8Array(300)], 1, 0),
]
const block: Block = { header: REGTEST.genesis.header, transactions }

/** What is read is written as the same bytes; what is not read has a name. */
function checkDecoder<T>(decode: (bytes: Uint8Array) => Result<T, DecodeError>, encode: (value: T) => Uint8Array) {
  return (bytes: Uint8Array): boolean => {
    const decoded = decode(bytes)
    if (decoded.ok) expect(bytesToHex(encode(decoded.value))).toBe(bytesToHex(bytes))
    else expect(decoded.error.code).toMatch(/^[a-z-]+$/)
    return decoded.ok
  }
}

test.each([
  ['transactions', transactions.map((tx) => encodeTransaction(tx)), checkDecoder(decodeTransaction, encodeTransaction)],
  ['blocks', [encodeBlock(block), encodeBlock(REGTEST.genesis)], checkDecoder(decodeBlock, encodeBlock)],
  ['headers', [encodeHeader(block.header)], checkDecoder(decodeHeader, encodeHeader)],
] as const)('any bytes for %s are read and written as they were, or refused by name', (_, seeds, check) => {
  const random = createRandom(144)
  let read = 0
  for (let run = 0; run < RUNS; run++) if (check(mutateBytes(random, seeds))) read++
  expect(read).toBeGreaterThan(RUNS / 50)
})

test('counts that promise more than there is cost nothing', () => {
  const count = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x01)
  const huge = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
  for (const length of [count, huge]) {
    expect(decodeTransaction(concatBytes(new Uint8Array(4).fill(2), length, new Uint8Array(41))).ok).toBe(false)
    expect(decodeBlock(concatBytes(encodeHeader(block.header), length)).ok).toBe(false)
  }
})
