import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToHex, ByteWriter, concatBytes, hexToBytes, unwrap } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { publicKeyFromSecret } from '@ply/crypto'
import { type BlockHash, MAIN, MAX_MONEY, type OutPoint, REGTEST, sats, SIGNET, type Txid } from '@ply/primitives'
import { createP2pk } from '@ply/script'
import {
  decodeSnapshotMetadata,
  encodeSnapshotMetadata,
  type ExpectedCoins,
  SnapshotCoins,
  SnapshotDecoder,
} from '../index.ts'
import { compressAmount } from '../store/compressedAmount.ts'
import { writeVarint } from '../store/varint.ts'

const RUNS = { seed: 1, numRuns: Number(process.env['PLY_FUZZ_RUNS'] ?? 200) }
const HEIGHT = 300

const keys = [1, 2, 3].flatMap((byte) =>
  [true, false].map((compressed) => createP2pk(publicKeyFromSecret(new Uint8Array(32).fill(byte), compressed)!)),
)
const coin: fc.Arbitrary<Coin> = fc.record({
  output: fc.record({
    value: fc.bigInt(0n, MAX_MONEY).map(sats),
    scriptPubKey: fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(...keys)),
  }),
  height: fc.nat(HEIGHT),
  isCoinbase: fc.boolean(),
})
/** Coins in the order in which a store has them. */
const entries = fc
  .uniqueArray(fc.tuple(fc.nat(5), fc.nat(127), coin), { maxLength: 40, selector: ([a, b]) => a * 1000 + b })
  .map((list) =>
    list
      .sort(([a, i], [b, j]) => a - b || i - j)
      .map(([id, index, each]): readonly [OutPoint, Coin] => {
        return [{ txid: new Uint8Array(32).fill(id) as Txid, index }, each]
      }),
  )

function encode(coins: readonly (readonly [OutPoint, Coin])[]): Uint8Array {
  const encoder = new SnapshotCoins()
  const parts = coins.map(([outpoint, each]) => encoder.add(outpoint, each))
  return concatBytes(...[...parts, encoder.finish()].filter((part) => part !== undefined))
}

/** All coins, or the violation. */
function decode(bytes: Uint8Array, expected: ExpectedCoins, chunk = bytes.length || 1): unknown {
  const decoder = new SnapshotDecoder(expected)
  const coins: (readonly [OutPoint, Coin])[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    const pushed = decoder.push(bytes.subarray(at, at + chunk))
    if (!pushed.ok) return pushed.error.message
    coins.push(...pushed.value)
  }
  const finished = decoder.finish()
  return finished.ok ? coins : finished.error.message
}

test('coins come back as they were, however their bytes are cut', () => {
  const property = fc.property(entries, fc.integer({ min: 1, max: 400 }), (coins, chunk) => {
    expect(decode(encode(coins), { coins: coins.length, height: HEIGHT }, chunk)).toEqual(coins)
  })
  fc.assert(property, RUNS)
})

test('whatever the bytes are, they are coins or are refused by name', () => {
  const mutated = fc.tuple(entries, fc.nat(), fc.nat(255)).map(([coins, at, byte]) => {
    const bytes = encode(coins)
    if (bytes.length > 0) bytes[at % bytes.length] = byte
    return bytes
  })
  const property = fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), fc.nat(40), (bytes, coins) => {
    const decoded = decode(bytes, { coins, height: HEIGHT })
    if (typeof decoded === 'string') expect(decoded).toMatch(/^(Bad snapshot|Mismatch in coins count)/)
    else expect(decoded).toHaveLength(coins)
  })
  fc.assert(property, RUNS)
})

const TXID = '01'.repeat(32)
const words = (hex: string, coins = 1): unknown => decode(hexToBytes(TXID + hex), { coins, height: 3 })

test("what is wrong is said in Bitcoin Core's words", () => {
  expect(words('010007090751')).toHaveLength(1)
  expect(words('010007090751', 2)).toBe('Bad snapshot format or truncated snapshot after deserializing 1 coins')
  expect(words('01000709075100')).toBe('Bad snapshot - coins left over after deserializing 1 coins')
  expect(words('020007090751')).toBe('Mismatch in coins count in snapshot metadata and actual snapshot data')
  expect(words('010008090751')).toBe('Bad snapshot data after deserializing 0 coins')
  expect(words('01fdfc0007090751')).toBe('Bad snapshot format or truncated snapshot after deserializing 0 coins')
  const writer = new ByteWriter(20)
  writeVarint(writer, compressAmount(MAX_MONEY + 1n))
  const amount = bytesToHex(writer.finish())
  expect(words(`010007${amount}0751`)).toBe('Bad snapshot data after deserializing 0 coins - bad tx out value')
})

test('of a key that is no point of the curve, nothing is left', () => {
  const coins = decode(hexToBytes(`${TXID}01000709${'04'}${'00'.repeat(31)}05`), { coins: 1, height: 3 })
  expect(coins).toMatchObject([[{}, { output: { scriptPubKey: new Uint8Array(0) } }]])
})

test('what stands before the coins is of this network and of a version that is known', () => {
  const metadata = { magic: REGTEST.magic, base: new Uint8Array(32).fill(7) as BlockHash, coins: 258 }
  const encoded = encodeSnapshotMetadata(metadata)
  expect(unwrap(decodeSnapshotMetadata(encoded, REGTEST))).toEqual(metadata)
  const failure = (at: number, bytes: Uint8Array): unknown => {
    const changed = encoded.slice()
    changed.set(bytes, at)
    const decoded = decodeSnapshotMetadata(changed, REGTEST)
    return decoded.ok ? undefined : decoded.error.message
  }
  expect(failure(0, Uint8Array.of(1))).toMatch(/^Invalid UTXO set snapshot magic bytes\./)
  expect(failure(5, Uint8Array.of(3))).toBe('Version of snapshot 3 does not match any of the supported versions.')
  for (const { name, magic } of [MAIN, SIGNET]) {
    expect(failure(7, magic)).toBe(
      `The network of the snapshot (${name}) does not match the network of this node (regtest).`,
    )
  }
  expect(failure(7, new Uint8Array(4))).toMatch(/^This snapshot has been created for an unrecognized network\./)
  const property = fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    expect(decodeSnapshotMetadata(bytes, REGTEST).ok).toBe(false)
  })
  fc.assert(property, RUNS)
})
