import { type Brand, DecodeError, err, ok, type Result } from '@ply/bytes'
import type { OutPoint } from '@ply/primitives'

/** 32 bytes: the funding txid with its last two bytes XORed with the output index (BOLT 2). */
export type ChannelId = Brand<Uint8Array, 'ChannelId'>
/** A node's compressed public key, 33 bytes. */
export type NodeId = Brand<Uint8Array, 'NodeId'>
/** Block height (24 bits), transaction index (24 bits) and output index (16 bits) in one u64 (BOLT 7). */
export type ShortChannelId = Brand<bigint, 'ShortChannelId'>

export interface ShortChannelIdParts {
  readonly blockHeight: number
  readonly transactionIndex: number
  readonly outputIndex: number
}

/** All zero: an `error` or `warning` with this id is about every channel with the peer. */
export const ALL_CHANNELS = new Uint8Array(32) as ChannelId

/** The channel id that a funding output gives (BOLT 2, "Definition of channel_id"). */
export function computeChannelId(funding: OutPoint): ChannelId {
  const id = Uint8Array.from(funding.txid)
  id[30]! ^= (funding.index >> 8) & 0xff
  id[31]! ^= funding.index & 0xff
  return id as ChannelId
}

export function shortChannelId({ blockHeight, transactionIndex, outputIndex }: ShortChannelIdParts): ShortChannelId {
  return ((BigInt(blockHeight) << 40n) | (BigInt(transactionIndex) << 16n) | BigInt(outputIndex)) as ShortChannelId
}

export function shortChannelIdParts(id: ShortChannelId): ShortChannelIdParts {
  return {
    blockHeight: Number(id >> 40n),
    transactionIndex: Number((id >> 16n) & 0xffffffn),
    outputIndex: Number(id & 0xffffn),
  }
}

/** `103x1x0` */
export function formatShortChannelId(id: ShortChannelId): string {
  const { blockHeight, transactionIndex, outputIndex } = shortChannelIdParts(id)
  return `${blockHeight}x${transactionIndex}x${outputIndex}`
}

/** Reads `103x1x0`; violation `bad-short-channel-id`. */
export function parseShortChannelId(text: string): Result<ShortChannelId, DecodeError> {
  const match = /^(\d{1,8})x(\d{1,8})x(\d{1,5})$/.exec(text)
  const parts = {
    blockHeight: Number(match?.[1]),
    transactionIndex: Number(match?.[2]),
    outputIndex: Number(match?.[3]),
  }
  const fits = parts.blockHeight <= 0xffffff && parts.transactionIndex <= 0xffffff && parts.outputIndex <= 0xffff
  return fits ? ok(shortChannelId(parts)) : err(new DecodeError('bad-short-channel-id', `not a channel: '${text}'`))
}
