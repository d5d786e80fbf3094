import { describe, expect, test } from 'vitest'
import { bytesToHex, concatBytes, decodeHex, hexToBytes, unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { msats, REGTEST, sats, computeBlockHash, type Txid } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { gossipSignedBytes } from './gossipSignature.ts'
import {
  computeChannelId,
  formatShortChannelId,
  parseShortChannelId,
  shortChannelId,
  type ChannelId,
  type NodeId,
} from './ids.ts'
import { decodeMessage, encodeMessage, type KnownMessage, type Message } from './message.ts'
import { decodeShortIds, encodeShortIds } from './shortIdList.ts'

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill)
const key = (n: number): Uint8Array => publicKeyFromSecret(bytes(32, n))!
const chainHash = computeBlockHash(REGTEST.genesis.header)
const channelId = bytes(32, 7) as ChannelId
const scid = shortChannelId({ blockHeight: 103, transactionIndex: 1, outputIndex: 0 })
const signature = bytes(64, 9)
const basepoints = {
  fundingPubkey: key(1),
  revocationBasepoint: key(2),
  paymentBasepoint: key(3),
  delayedPaymentBasepoint: key(4),
  htlcBasepoint: key(5),
  firstPerCommitmentPoint: key(6),
}
const limits = {
  dustLimitSatoshis: sats(354),
  maxHtlcValueInFlightMsat: msats(99_000_000),
  channelReserveSatoshis: sats(1000),
  htlcMinimumMsat: msats(1),
  toSelfDelay: 144,
  maxAcceptedHtlcs: 483,
}

const EXAMPLES: { readonly [Name in KnownMessage['type']]: Extract<KnownMessage, { readonly type: Name }> } = {
  warning: { type: 'warning', channelId, data: bytes(3, 65) },
  init: {
    type: 'init',
    globalFeatures: bytes(1, 2),
    features: bytes(2, 2),
    networks: [chainHash],
    remoteAddr: bytes(7, 1),
  },
  error: { type: 'error', channelId, data: bytes(3, 65) },
  ping: { type: 'ping', numPongBytes: 4, ignored: bytes(3, 0) },
  pong: { type: 'pong', ignored: bytes(3, 0) },
  open_channel: {
    type: 'open_channel',
    chainHash,
    temporaryChannelId: channelId,
    fundingSatoshis: sats(100_000),
    pushMsat: msats(5),
    feeratePerKw: 253,
    channelFlags: 1,
    ...limits,
    ...basepoints,
    upfrontShutdownScript: bytes(0, 0),
    channelType: hexToBytes('401000'),
  },
  accept_channel: { type: 'accept_channel', temporaryChannelId: channelId, minimumDepth: 3, ...limits, ...basepoints },
  funding_created: {
    type: 'funding_created',
    temporaryChannelId: channelId,
    fundingTxid: bytes(32, 8) as Txid,
    fundingOutputIndex: 1,
    signature,
  },
  funding_signed: { type: 'funding_signed', channelId, signature },
  channel_ready: { type: 'channel_ready', channelId, secondPerCommitmentPoint: key(7), alias: scid },
  shutdown: { type: 'shutdown', channelId, scriptpubkey: bytes(22, 1) },
  closing_signed: {
    type: 'closing_signed',
    channelId,
    feeSatoshis: sats(500),
    signature,
    feeRange: { minFeeSatoshis: sats(1), maxFeeSatoshis: sats(1000) },
  },
  update_add_htlc: {
    type: 'update_add_htlc',
    channelId,
    id: 3n,
    amountMsat: msats(1000),
    paymentHash: bytes(32, 3),
    cltvExpiry: 500,
    onionRoutingPacket: bytes(1366, 5),
    blindedPath: key(8),
    tlvs: [{ type: 65537n, value: bytes(2, 1) }],
  },
  update_fulfill_htlc: {
    type: 'update_fulfill_htlc',
    channelId,
    id: 3n,
    paymentPreimage: bytes(32, 4),
    attributionData: bytes(920, 1),
  },
  update_fail_htlc: { type: 'update_fail_htlc', channelId, id: 3n, reason: bytes(256, 4) },
  update_fail_malformed_htlc: {
    type: 'update_fail_malformed_htlc',
    channelId,
    id: 3n,
    sha256OfOnion: bytes(32, 5),
    failureCode: 0xc005,
  },
  commitment_signed: { type: 'commitment_signed', channelId, signature, htlcSignatures: [signature, bytes(64, 1)] },
  revoke_and_ack: {
    type: 'revoke_and_ack',
    channelId,
    perCommitmentSecret: bytes(32, 6),
    nextPerCommitmentPoint: key(9),
  },
  update_fee: { type: 'update_fee', channelId, feeratePerKw: 1000 },
  channel_reestablish: {
    type: 'channel_reestablish',
    channelId,
    nextCommitmentNumber: 5n,
    nextRevocationNumber: 4n,
    yourLastPerCommitmentSecret: bytes(32, 0),
    myCurrentPerCommitmentPoint: key(10),
    tlvs: [{ type: 5n, value: bytes(33, 0) }],
  },
  announcement_signatures: {
    type: 'announcement_signatures',
    channelId,
    shortChannelId: scid,
    nodeSignature: signature,
    bitcoinSignature: signature,
  },
  channel_announcement: {
    type: 'channel_announcement',
    nodeSignature1: signature,
    nodeSignature2: signature,
    bitcoinSignature1: signature,
    bitcoinSignature2: signature,
    features: bytes(0, 0),
    chainHash,
    shortChannelId: scid,
    nodeId1: key(1) as NodeId,
    nodeId2: key(2) as NodeId,
    bitcoinKey1: key(3) as NodeId,
    bitcoinKey2: key(4) as NodeId,
    excess: hexToBytes('fe01000001022a2a'),
  },
  node_announcement: {
    type: 'node_announcement',
    signature,
    features: bytes(1, 2),
    timestamp: 1_700_000_000,
    nodeId: key(1) as NodeId,
    rgbColor: bytes(3, 255),
    alias: bytes(32, 65),
    addresses: hexToBytes('017f0000012607'),
    excess: bytes(1, 0),
  },
  channel_update: {
    type: 'channel_update',
    signature,
    chainHash,
    shortChannelId: scid,
    timestamp: 1_700_000_000,
    messageFlags: 1,
    channelFlags: 0,
    cltvExpiryDelta: 40,
    htlcMinimumMsat: msats(1),
    feeBaseMsat: 1000,
    feeProportionalMillionths: 10,
    htlcMaximumMsat: msats(99_000_000),
  },
  query_short_channel_ids: {
    type: 'query_short_channel_ids',
    chainHash,
    encodedShortIds: encodeShortIds([scid]),
    queryFlags: { encodingType: 0, encodedQueryFlags: bytes(1, 31) },
  },
  reply_short_channel_ids_end: { type: 'reply_short_channel_ids_end', chainHash, fullInformation: 1 },
  query_channel_range: {
    type: 'query_channel_range',
    chainHash,
    firstBlocknum: 0,
    numberOfBlocks: 100,
    queryOption: 3n,
  },
  reply_channel_range: {
    type: 'reply_channel_range',
    chainHash,
    firstBlocknum: 0,
    numberOfBlocks: 100,
    syncComplete: 1,
    encodedShortIds: encodeShortIds([scid]),
    timestamps: { encodingType: 0, encodedTimestamps: bytes(8, 1) },
    checksums: [{ checksumNodeId1: 1, checksumNodeId2: 2 }],
  },
  gossip_timestamp_filter: {
    type: 'gossip_timestamp_filter',
    chainHash,
    firstTimestamp: 0,
    timestampRange: 0xffffffff,
  },
}
const messages: readonly KnownMessage[] = Object.values(EXAMPLES)

describe('every message', () => {
  test.each(messages.map((message) => [message.type, message] as const))('%s goes both ways', (_, message) => {
    const encoded = encodeMessage(message)
    expect(decodeMessage(encoded)).toEqual({ ok: true, value: message })
  })

  test.each(messages.map((message) => [message.type, message] as const))(
    '%s cut anywhere is no throw',
    (_, message) => {
      const encoded = encodeMessage(message)
      for (let length = 0; length < encoded.length; length++) {
        const decoded = decodeMessage(encoded.subarray(0, length))
        if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(encoded.subarray(0, length))
      }
    },
  )

  test('mutated and random bytes give a value that encodes to the same bytes, or a named error', () => {
    const random = createRandom(1)
    for (let i = 0; i < 3000; i++) {
      const start = encodeMessage(random.pick(messages))
      const input = random.chance(0.3)
        ? concatBytes(start.subarray(0, 2), random.bytes(random.below(500)))
        : start.slice()
      for (let n = random.below(4); n > 0; n--) input[random.below(input.length)] = random.below(256)
      const decoded = decodeMessage(input)
      if (decoded.ok) expect(bytesToHex(encodeMessage(decoded.value))).toBe(bytesToHex(input))
      else expect(decoded.error.code).toMatch(/^[a-z-]+$/)
    }
  })
})

test('unknown types: odd is kept, even is a violation', () => {
  const odd: Message = { type: 'unknown', typeNumber: 513, payload: bytes(4, 1) }
  expect(decodeMessage(encodeMessage(odd))).toEqual({ ok: true, value: odd })
  const even = decodeMessage(hexToBytes('01fe00'))
  expect(even.ok ? 'ok' : even.error.code).toBe('unknown-even-type')
  const long = decodeMessage(new Uint8Array(65536))
  expect(long.ok ? 'ok' : long.error.code).toBe('size-too-large')
})

describe('BOLT 1, appendix C: extensions of init', () => {
  test.each(['001000000000', '001000000000c9012acb0104'])('%s is valid', (hex) => {
    expect(bytesToHex(encodeMessage(unwrap(decodeMessage(hexToBytes(hex)))))).toBe(hex)
  })
  test.each([
    ['00100000000001', 'end-of-data'],
    ['001000000000ca012a', 'unknown-even-tlv'],
    ['001000000000c90101c90102', 'tlv-out-of-order'],
  ])('%s is %s', (hex, code) => {
    const decoded = decodeMessage(hexToBytes(hex))
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code)
  })
})

interface QueryVector {
  readonly hex: string
  readonly msg: {
    readonly type: string
    readonly shortChannelIds?: { readonly array: string[]; readonly encoding: string }
  }
}

const QUERIES = 'bolts/bolt07/extended-queries.json'

describe.skipIf(!hasVectors)(`BOLT 7 extended queries${hasVectors ? '' : `: ${missingReason}`}`, () => {
  test('every vector decodes and encodes to the same bytes', () => {
    const vectors = readVectorJson(QUERIES) as readonly QueryVector[]
    expect(vectors).toHaveLength(10)
    for (const { hex, msg } of vectors) {
      const message = unwrap(decodeMessage(unwrap(decodeHex(hex))))
      expect(message.type.replaceAll('_', '')).toBe(msg.type.toLowerCase())
      expect(bytesToHex(encodeMessage(message))).toBe(hex)
      if (!('encodedShortIds' in message)) continue
      const ids = decodeShortIds(message.encodedShortIds)
      if (msg.shortChannelIds?.encoding === 'UNCOMPRESSED') {
        expect(unwrap(ids).map(formatShortChannelId)).toEqual(msg.shortChannelIds.array)
      } else {
        // BOLT 7 has since dropped compression: a receiver may not understand it.
        expect(ids.ok ? 'ok' : ids.error.code).toBe('unsupported-encoding')
      }
    }
  })
})

test('signatures of gossip cover unknown trailing bytes', () => {
  expect(gossipSignedBytes(EXAMPLES.node_announcement).at(-1)).toBe(0)
  expect(gossipSignedBytes(EXAMPLES.channel_announcement)).toHaveLength(2 + 32 + 8 + 4 * 33 + 8)
  expect(gossipSignedBytes(EXAMPLES.channel_update).subarray(0, 32)).toEqual(Uint8Array.from(chainHash))
})

test('short channel ids and channel ids', () => {
  expect(formatShortChannelId(unwrap(parseShortChannelId('539268x845x1')))).toBe('539268x845x1')
  expect(unwrap(parseShortChannelId('16777215x16777215x65535'))).toBe(0xffffffffffffffffn)
  for (const bad of ['', '1x2', '1x2x3x4', '16777216x0x0', '0x16777216x0', '0x0x65536', '-1x0x0', '1x 2x3']) {
    expect(parseShortChannelId(bad).ok).toBe(false)
  }
  const id = computeChannelId({ txid: bytes(32, 0xff) as Txid, index: 0x0102 })
  expect(bytesToHex(id)).toBe('ff'.repeat(30) + 'fefd')
})
