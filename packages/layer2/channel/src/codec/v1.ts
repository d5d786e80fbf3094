import { assert, ByteWriter, DecodeError, decodeExact, type Result, utf8ToBytes, decodeUtf8 } from '@ply/bytes'
import { type OutPoint, readTransaction, type Transaction, writeTransaction } from '@ply/primitives'
import { fields, type FieldCodec, type NodeId } from '@ply/wire'
import type { Htlc } from '../commitment/commitments.ts'
import type { ChannelParameters, ChannelPublicKeys } from '../parameters.ts'
import type {
  Channel,
  Closed,
  Closing,
  ClosingCause,
  ClosingProposal,
  ConfirmedTransaction,
  FundingLocation,
  HtlcRecord,
  Negotiating,
  Normal,
  RestingState,
  Shutdown,
  WaitForChannelReady,
  WaitForFundingConfirmed,
} from '../state.ts'
import { bool, bytes, list, oneOf, record, union } from './combinators.ts'
import { collectHtlcs, commitmentsCodec, directionCodec, emptyRecord, htlcCodec, htlcKey } from './commitmentsV1.ts'

const { bytes32, channelId, millisatoshis, satoshis, shortChannelIdField, txid, u16, u32, u64 } = fields

/** First byte of every stored state of this form. */
const VERSION = 1

const transaction: FieldCodec<Transaction> = { read: readTransaction, write: writeTransaction }
const text: FieldCodec<string> = {
  read: (r) => {
    const decoded = decodeUtf8(r.varBytes())
    if (!decoded.ok) throw decoded.error
    return decoded.value
  },
  write: (w, v) => w.varBytes(utf8ToBytes(v)),
}
const nodeId = bytes as FieldCodec<NodeId>

const keys = record<ChannelPublicKeys>({
  fundingPubkey: bytes,
  revocationBasepoint: bytes,
  paymentBasepoint: bytes,
  delayedPaymentBasepoint: bytes,
  htlcBasepoint: bytes,
})
const parameters = record<ChannelParameters>({
  dustLimitSatoshis: satoshis,
  maxHtlcValueInFlightMsat: millisatoshis,
  channelReserveSatoshis: satoshis,
  htlcMinimumMsat: millisatoshis,
  toSelfDelay: u16,
  maxAcceptedHtlcs: u16,
  keys,
  upfrontShutdownScript: bytes,
})

/** A channel. Its HTLCs stand once, in a table in front; everything else refers to them by number. */
const channel: FieldCodec<Channel> = {
  write: (w, v) => {
    const htlcs = collectHtlcs(v.commitments)
    const numbers = new Map(htlcs.map((htlc, i) => [htlcKey(htlc), i]))
    list(htlcCodec).write(w, htlcs)
    channelFields({
      read: () => {
        throw new DecodeError('unknown-htlc')
      },
      write: (writer, htlc) => {
        const number = numbers.get(htlcKey(htlc))
        assert(number !== undefined, 'an HTLC is missing from the table')
        return writer.compactSize(number)
      },
    }).write(w, v)
  },
  read: (r) => {
    const htlcs = list(htlcCodec).read(r)
    return channelFields({
      read: (reader) => {
        const htlc = htlcs[reader.compactSize()]
        if (!htlc) throw new DecodeError('unknown-htlc')
        return htlc
      },
      write: (writer) => writer,
    }).read(r)
  },
}

const channelFields = (htlc: FieldCodec<Htlc>): FieldCodec<Channel> =>
  record<Channel>(
    {
      channelId,
      remoteNodeId: nodeId,
      keysId: bytes,
      isOpener: bool,
      announceChannel: bool,
      format: oneOf('static_remotekey', 'anchors'),
      local: parameters,
      remote: parameters,
      fundingOutpoint: record<OutPoint>({ txid, index: u32 }),
      fundingSatoshis: satoshis,
      fundingTransaction: transaction,
      minimumDepth: u32,
      createdAt: u32,
      closeScript: bytes,
      fundingLocation: record<FundingLocation>({ height: u32, txIndex: u32 }),
      localReady: bool,
      remoteReady: bool,
      remoteAlias: shortChannelIdField,
      commitments: commitmentsCodec(htlc),
    },
    ['fundingTransaction', 'fundingLocation', 'remoteAlias'],
  )

export const htlcRecordCodec = record<HtlcRecord>({
  direction: directionCodec,
  id: u64,
  paymentHash: bytes32,
  cltvExpiry: u32,
})

const cause = union<'type', ClosingCause>('type', {
  mutual: [0, emptyRecord],
  'local-force': [1, record<{ reason: string }>({ reason: text })],
  remote: [2, emptyRecord],
  'data-loss': [3, emptyRecord],
})

const proposal = record<ClosingProposal>({
  feeSatoshis: satoshis,
  minFeeSatoshis: satoshis,
  maxFeeSatoshis: satoshis,
})

const state = union<'kind', RestingState>('kind', {
  'wait-for-funding-confirmed': [0, record<Omit<WaitForFundingConfirmed, 'kind'>>({ channel })],
  'wait-for-channel-ready': [1, record<Omit<WaitForChannelReady, 'kind'>>({ channel })],
  normal: [
    2,
    record<Omit<Normal, 'kind'>>({ channel, shutdownRequested: bool, localShutdown: bytes, remoteShutdown: bytes }, [
      'localShutdown',
      'remoteShutdown',
    ]),
  ],
  shutdown: [3, record<Omit<Shutdown, 'kind'>>({ channel, localShutdown: bytes, remoteShutdown: bytes })],
  negotiating: [
    4,
    record<Omit<Negotiating, 'kind'>>(
      {
        channel,
        localShutdown: bytes,
        remoteShutdown: bytes,
        proposals: list(proposal),
        lastRemoteFee: satoshis,
        signed: list(transaction),
      },
      ['lastRemoteFee'],
    ),
  ],
  closing: [
    5,
    record<Omit<Closing, 'kind'>>(
      {
        channel,
        cause,
        mutualCloses: list(transaction),
        confirmed: list(record<ConfirmedTransaction>({ transaction, height: u32 })),
        preimages: list(bytes32),
        settledHtlcs: list(u64),
        htlcHistory: list(htlcRecordCodec),
      },
      ['htlcHistory'],
    ),
  ],
  closed: [6, record<Omit<Closed, 'kind'>>({ channelId, remoteNodeId: nodeId, reason: text })],
})

/** The stored form of a channel (version 1). */
export function encodeState(value: RestingState): Uint8Array {
  const writer = new ByteWriter(4096)
  writer.u8(VERSION)
  state.write(writer, value)
  return writer.finish()
}

/** Reads what `encodeState` wrote. Violations: `unknown-version`, `unknown-variant`, `end-of-data` and the like. */
export function decodeState(stored: Uint8Array): Result<RestingState, DecodeError> {
  return decodeExact(stored, (reader) => {
    const version = reader.u8()
    if (version !== VERSION) throw new DecodeError('unknown-version', `channel of version ${version}`)
    return state.read(reader)
  })
}

/** One record of the HTLC history. */
export function encodeHtlcRecord(value: HtlcRecord): Uint8Array {
  const writer = new ByteWriter(64)
  htlcRecordCodec.write(writer, value)
  return writer.finish()
}

export const decodeHtlcRecord = (stored: Uint8Array): Result<HtlcRecord, DecodeError> =>
  decodeExact(stored, (reader) => htlcRecordCodec.read(reader))
