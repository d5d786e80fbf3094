import { bytesToHex, ByteWriter, concatBytes, hexToBytes, utf8ToBytes } from '@ply/bytes'
import type { ShortChannelId } from '@ply/wire'
import type { ChannelKey, PaymentHashHex, PeerId } from '../state.ts'

/** One byte in front of every key says what the entry is. Never reuse a letter. */
export const PREFIX = {
  /** The last block seen. */
  tip: 't',
  /** Channel state, by channel id. */
  channel: 'c',
  /** What the node adds to a channel: terms, announcement. */
  channelRecord: 'r',
  /** Every HTLC that a channel ever had; read only to punish. */
  htlcHistory: 'h',
  /** HTLCs that peers offered and that are not gone yet. */
  incoming: 'i',
  payment: 'p',
  invoice: 'v',
  peer: 'a',
  graphChannel: 'g',
  graphUpdate: 'u',
  graphNode: 'n',
} as const

const key = (prefix: keyof typeof PREFIX, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(utf8ToBytes(PREFIX[prefix]), ...parts)

const u64 = (value: bigint): Uint8Array => new ByteWriter(8).u64BE(value).finish()

export const tipKey = key('tip')
export const channelStoreKey = (channel: ChannelKey): Uint8Array => key('channel', hexToBytes(channel))
export const channelRecordKey = (channel: ChannelKey): Uint8Array => key('channelRecord', hexToBytes(channel))
export const htlcHistoryPrefix = (channel: ChannelKey): Uint8Array => key('htlcHistory', hexToBytes(channel))
export const htlcHistoryKey = (channel: ChannelKey, direction: 'offered' | 'received', id: bigint): Uint8Array =>
  concatBytes(htlcHistoryPrefix(channel), Uint8Array.of(direction === 'offered' ? 0 : 1), u64(id))
export const incomingKey = (channel: ChannelKey, id: bigint): Uint8Array =>
  key('incoming', hexToBytes(channel), u64(id))
export const paymentKey = (hash: PaymentHashHex): Uint8Array => key('payment', hexToBytes(hash))
export const invoiceKey = (hash: PaymentHashHex): Uint8Array => key('invoice', hexToBytes(hash))
export const peerKey = (peer: PeerId): Uint8Array => key('peer', hexToBytes(peer))
export const graphChannelKey = (id: ShortChannelId): Uint8Array => key('graphChannel', u64(id))
export const graphUpdateKey = (id: ShortChannelId, direction: 0 | 1): Uint8Array =>
  key('graphUpdate', u64(id), Uint8Array.of(direction))
export const graphNodeKey = (node: string): Uint8Array => key('graphNode', hexToBytes(node))

/** What kind of entry a key names. */
export function prefixOf(storeKey: Uint8Array): keyof typeof PREFIX | undefined {
  const letter = String.fromCharCode(storeKey[0] ?? 0)
  return (Object.keys(PREFIX) as (keyof typeof PREFIX)[]).find((name) => PREFIX[name] === letter)
}

/** The hexadecimal id behind the prefix. */
export const idOfKey = (storeKey: Uint8Array): string => bytesToHex(storeKey.subarray(1))
