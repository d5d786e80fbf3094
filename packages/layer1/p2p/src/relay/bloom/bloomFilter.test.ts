import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { computeTxid, decodeTransaction, sats, type Transaction } from '@ply/primitives'
import { createScript, OP_CHECKSIG } from '@ply/script'
import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { coin, createTx } from '../../test/fakeNode.ts'
import { BloomFilter, MAX_BLOOM_FILTER_SIZE, MAX_HASH_FUNCTIONS } from './bloomFilter.ts'

const create = (flags = 0, tweak = 0, size = 100): BloomFilter =>
  unwrap(BloomFilter.create({ data: new Uint8Array(size), hashFunctions: 10, tweak, flags }))
const publicKey = new Uint8Array(33).fill(2)
const paying = (scriptPubKey: Uint8Array): Transaction => ({
  ...createTx([coin(1)]),
  outputs: [{ value: sats(1), scriptPubKey }],
})
const spending = (tx: Transaction): Transaction => createTx([{ txid: computeTxid(tx), index: 0 }])

/** Of Bitcoin Core's bloom_tests.cpp: a payment of mainnet. */
const PAYMENT = unwrap(
  decodeTransaction(
    hexToBytes(
      '01000000010b26e9b7735eb6aabdf358bab62f9816a21ba9ebdb719d5299e88607d722c190000000008b4830450220070aca44506c5cef3a16ed519d7c3c39f8aab192c4e1c90d065f37b8a4af6141022100a8e160b856c2d43d27d8fba71e5aef6405b8643ac4cb7cb3c462aced7f14711a0141046d11fee51b0e60666d5049a9101a72741df480b96ee26488a4d3466b95c9a40ac5eeef87e10a5cd336c19a84565f80fa6c547957b7700ff4dfbdefe76036c339ffffffff021bff3d11000000001976a91404943fdd508053c75000106d3bc6e2754dbcff1988ac2f15de00000000001976a914a266436d2965547608b9e15d9032a7b9d64fa43188ac00000000',
    ),
  ),
)

describe('a bloom filter', () => {
  it.each([
    [0, '614e9b'],
    [2147483649, 'ce4299'],
  ])('sets the bits that Bitcoin Core sets, with tweak %i', (tweak, expected) => {
    const filter = unwrap(BloomFilter.create({ data: new Uint8Array(3), hashFunctions: 5, tweak, flags: 1 }))
    const items = [
      '99108ad8ed9bb6274d3980bab5a85c048f0950c8',
      'b5a2c786d9ef4658287ced5914b37a1b4aa32eee',
      'b9300670b4c5366e95b2699e8b18bc75e5f729c5',
    ].map(hexToBytes)
    for (const item of items) filter.add(item)
    expect(bytesToHex(filter.fields.data)).toBe(expected)
    expect(items.every((item) => filter.has(item))).toBe(true)
    expect(filter.has(hexToBytes('19108ad8ed9bb6274d3980bab5a85c048f0950c8'))).toBe(false)
  })

  it.each([
    ['its id', computeTxid(PAYMENT)],
    ['a signature that it spends with', PAYMENT.inputs[0]!.scriptSig.slice(1, 73)],
    ['a key that it spends with', PAYMENT.inputs[0]!.scriptSig.slice(74)],
    ['a hash that it pays to', hexToBytes('04943fdd508053c75000106d3bc6e2754dbcff19')],
    ['another one', hexToBytes('a266436d2965547608b9e15d9032a7b9d64fa431')],
    [
      'an output that it spends',
      hexToBytes('0b26e9b7735eb6aabdf358bab62f9816a21ba9ebdb719d5299e88607d722c19000000000'),
    ],
  ])('matches a transaction by %s', (_, item) => {
    const filter = create()
    expect(filter.matchAndUpdate(PAYMENT)).toBe(false)
    filter.add(item)
    expect(filter.matchAndUpdate(PAYMENT)).toBe(true)
  })

  it.each([
    ['none', 0, false, false],
    ['every one', 1, true, true],
    ['those to keys alone', 2, true, false],
  ])('adds of outputs that match %s', (_, flags, toKey, toHash) => {
    const payments = [paying(createScript([publicKey, OP_CHECKSIG])), paying(createScript([publicKey]))] as const
    const matched = payments.map((payment) => {
      const filter = create(flags)
      filter.add(publicKey)
      expect(filter.matchAndUpdate(payment)).toBe(true)
      return filter.matchAndUpdate(spending(payment))
    })
    expect(matched).toEqual([toKey, toHash])
  })

  it('matches everything when it is empty, and does not divide by its size', () => {
    const filter = create(0, 0, 0)
    filter.add(publicKey)
    expect(filter.matchAndUpdate(PAYMENT)).toBe(true)
  })

  it('leaves alone the bytes that it was made of', () => {
    const data = new Uint8Array(8)
    unwrap(BloomFilter.create({ data, hashFunctions: 1, tweak: 0, flags: 0 })).add(publicKey)
    expect(data).toEqual(new Uint8Array(8))
  })

  it('may have so many bytes and hash functions and no more', () => {
    const size = (length: number, hashFunctions: number) =>
      BloomFilter.create({ data: new Uint8Array(length), hashFunctions, tweak: 0, flags: 0 }).ok
    expect(size(MAX_BLOOM_FILTER_SIZE, MAX_HASH_FUNCTIONS)).toBe(true)
    expect(size(MAX_BLOOM_FILTER_SIZE + 1, 1)).toBe(false)
    expect(size(1, MAX_HASH_FUNCTIONS + 1)).toBe(false)
  })

  it('always has what was added, whatever else', () => {
    const random = createRandom(1)
    for (let run = 0; run < 100; run++) {
      const filter = create(random.below(256), random.below(2 ** 31), 1 + random.below(60))
      const items = Array.from({ length: 5 }, () => random.bytes(random.below(40)))
      for (const item of items) filter.add(item)
      expect(items.every((item) => filter.has(item))).toBe(true)
    }
  })
})
