import { type DecodeError, type Result, unwrap } from '@ply/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tipCodec } from '../chain.ts'
import { channelRecordCodec } from '../channels/channelRecord.ts'
import { type Disposition, incomingHtlcCodec } from '../htlc/incomingHtlc.ts'
import { storedInvoiceCodec } from '../invoices/storedInvoice.ts'
import { paymentCodec } from '../payments/payment.ts'
import { peerRecordCodec } from '../peers/peerRecord.ts'
import { restoreNode } from '../restore.ts'
import { SimNetwork } from '../test/simNetwork.ts'
import type { StoredCodec } from './fields.ts'
import { prefixOf } from './keys.ts'

const hex32 = 'ab'.repeat(32)
const node = '02' + 'cd'.repeat(32)
const bytes32 = new Uint8Array(32).fill(7)

const dispositions: readonly Disposition[] = [
  { type: 'forwarded', channel: hex32, id: 3n, amountMsat: 5n, cltvExpiry: 6 },
  { type: 'held', totalMsat: 9n, receivedAt: 10 },
  { type: 'fulfilled', preimage: bytes32 },
  { type: 'failed', reason: new Uint8Array(292) },
  { type: 'malformed', sha256OfOnion: bytes32, failureCode: 0xc005 },
]

const payment = {
  paymentHash: hex32,
  destination: node,
  invoice: 'lnbcrt1…',
  amountMsat: 2n ** 63n,
  maxFeeMsat: 1n,
  maxAttempts: 20,
  finalCltvDelta: 18,
  paymentSecret: bytes32,
  metadata: undefined,
  keysendPreimage: undefined,
  routeHints: [
    [
      {
        nodeId: new Uint8Array(33) as never,
        shortChannelId: 5n as never,
        feeBaseMsat: 1,
        feeProportionalMillionths: 2,
        cltvExpiryDelta: 3,
      },
    ],
  ],
  createdAt: 1_700_000_000,
  state: 'sent',
  preimage: bytes32,
  failure: undefined,
  attempts: [
    {
      channel: hex32,
      id: 1n,
      sessionKey: bytes32,
      hops: [{ nodeId: node, shortChannelId: 5n, edge: '5/0', amountMsat: 6n, cltvDelta: 7 }],
      amountMsat: 6n,
      state: 'settled',
    },
  ],
} as const

const record = {
  peer: node,
  policy: {
    feeBaseMsat: 1,
    feeProportionalMillionths: 2,
    cltvExpiryDelta: 3,
    htlcMinimumMsat: 4n,
    htlcMaximumMsat: undefined,
  },
  lastUpdateAt: 5,
  remoteUpdate: Uint8Array.of(1, 2),
  remoteSignatures: { shortChannelId: 6n, nodeSignature: new Uint8Array(64), bitcoinSignature: new Uint8Array(64) },
  announced: true,
}

const invoice = {
  paymentHash: hex32,
  preimage: bytes32,
  paymentSecret: bytes32,
  invoice: 'lnbcrt1…',
  description: 'ä€',
  amountMsat: undefined,
  minFinalCltvExpiryDelta: 24,
  createdAt: 1,
  expiresAt: 2,
  state: 'open',
  receivedMsat: 0n,
} as const

const incoming = (disposition: Disposition) => ({
  channel: hex32,
  id: 1n,
  paymentHash: bytes32,
  amountMsat: 2n,
  cltvExpiry: 3,
  sharedSecret: undefined,
  disposition,
})

interface Example {
  readonly name: string
  readonly value: unknown
  readonly encoded: Uint8Array
  readonly decode: (bytes: Uint8Array) => Result<unknown, DecodeError>
}

const example = <T>(name: string, codec: StoredCodec<T>, value: T): Example => ({
  name,
  value,
  encoded: codec.encode(value),
  decode: codec.decode,
})

const examples = [
  ...dispositions.map((each) => example(`HTLC ${each.type}`, incomingHtlcCodec, incoming(each))),
  example('payment', paymentCodec, payment),
  example('channel record', channelRecordCodec, record),
  example('invoice', storedInvoiceCodec, invoice),
  example('peer', peerRecordCodec, { addresses: ['a:1', '[::1]:2'], wanted: true }),
  example('tip', tipCodec, { height: 5, hash: bytes32 }),
]

describe('stored values', () => {
  it.each(examples)('$name comes back as it was', ({ value, encoded, decode }) => {
    expect(unwrap(decode(encoded))).toEqual(value)
    expect(decode(Uint8Array.of(2, ...encoded.subarray(1)))).toMatchObject({ error: { code: 'unknown-version' } })
  })

  it('bytes of any kind are a value or a named error', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(...examples), fc.nat(2000), fc.nat(255))
        .map(([{ encoded }, at, byte]) => encoded.map((old, i) => (i === at % encoded.length ? byte : old))),
    )
    fc.assert(
      fc.property(bytes, fc.constantFrom(...examples), (input, { decode }) => {
        const decoded = decode(input)
        if (!decoded.ok) expect(decoded.error.code).toMatch(/^[a-z0-9-]+$/)
      }),
      { seed: 1, numRuns: 3000 },
    )
  })
})

describe('restoreNode', () => {
  it('refuses a store that it cannot read, whatever entry is damaged', () => {
    const net = new SimNetwork(4)
    const [a, b] = [net.add('alice'), net.add('bob')]
    net.open(a, b, 1_000_000n)
    net.ask(a, { type: 'create-invoice', description: '' })
    net.ask(a, { type: 'keysend', destination: b.id, amountMsat: 5000n })
    const entries = [...a.store].map(([key, value]) => [Uint8Array.from(Buffer.from(key, 'hex')), value] as const)
    expect(new Set(entries.map(([key]) => prefixOf(key)))).toEqual(
      new Set([
        'tip',
        'channel',
        'channelRecord',
        'htlcHistory',
        'payment',
        'invoice',
        'peer',
        'graphChannel',
        'graphUpdate',
        'graphNode',
      ]),
    )
    expect(restoreNode(a.config, entries).ok).toBe(true)
    entries.forEach(([key], i) => {
      const damaged = entries.map((entry, j) => (i === j ? ([key, Uint8Array.of(9)] as const) : entry))
      const restored = restoreNode(a.config, damaged)
      expect(restored.ok || restored.error.error.code, prefixOf(key)).toBe(
        prefixOf(key) === 'htlcHistory' ? true : 'unknown-version',
      )
    })
  })
})
