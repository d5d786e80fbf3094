import { equalBytes, err, ok, type Result } from '@ply/bytes'
import { ecdsaVerify } from '@ply/crypto'
import type { BlockHash } from '@ply/primitives'
import { type ChannelUpdate, gossipSignatureHash } from '@ply/wire'
import { type GossipViolation, gossipViolation } from '../violation.ts'

export const DIRECTION_BIT = 1
export const DISABLED_BIT = 2
export const MUST_BE_ONE_BIT = 1
export const DONT_FORWARD_BIT = 2

/** An update from further ahead than this many seconds is not taken: it would outlive every honest one. */
export const MAX_TIMESTAMP_AHEAD = 86_400

/** Which end of the channel speaks: 0 for `node_id_1`. */
export const updateDirection = (update: ChannelUpdate): 0 | 1 => (update.channelFlags & DIRECTION_BIT ? 1 : 0)
export const isDisabled = (update: ChannelUpdate): boolean => (update.channelFlags & DISABLED_BIT) !== 0
/** Meant for the channel's other end alone. */
export const isDontForward = (update: ChannelUpdate): boolean => (update.messageFlags & DONT_FORWARD_BIT) !== 0

export interface ChannelUpdateContext {
  readonly chainHash: BlockHash
  /** The node that the direction bit points to. */
  readonly nodeId: Uint8Array
  /** Timestamp of the last update taken from it for this channel. */
  readonly lastTimestamp: number | undefined
  /** Seconds since the Unix epoch. */
  readonly now: number
}

/**
 * The rules of BOLT 7 for `channel_update`, cheapest first. Violations: `unknown-chain`, `stale-timestamp`,
 * `timestamp-zero`, `timestamp-in-future`, `must-be-one-missing`, `htlc-maximum-under-minimum`, `invalid-signature`.
 */
export function checkChannelUpdate(
  update: ChannelUpdate,
  { chainHash, nodeId, lastTimestamp, now }: ChannelUpdateContext,
): Result<void, GossipViolation> {
  if (!equalBytes(update.chainHash, chainHash)) return err(gossipViolation('unknown-chain', 'another chain'))
  if (lastTimestamp !== undefined && update.timestamp <= lastTimestamp) {
    return err(gossipViolation('stale-timestamp', `${update.timestamp}, not after ${lastTimestamp}`))
  }
  if (update.timestamp === 0) return err(gossipViolation('timestamp-zero', 'timestamp must be greater than 0'))
  if (update.timestamp > now + MAX_TIMESTAMP_AHEAD) {
    return err(gossipViolation('timestamp-in-future', `${update.timestamp - now} seconds ahead`))
  }
  if ((update.messageFlags & MUST_BE_ONE_BIT) === 0) {
    return err(gossipViolation('must-be-one-missing', `message_flags ${update.messageFlags}`))
  }
  if (update.htlcMaximumMsat < update.htlcMinimumMsat) {
    const detail = `maximum ${update.htlcMaximumMsat}, minimum ${update.htlcMinimumMsat}`
    return err(gossipViolation('htlc-maximum-under-minimum', detail))
  }
  if (!ecdsaVerify(gossipSignatureHash(update), update.signature, nodeId)) {
    return err(gossipViolation('invalid-signature', 'channel_update'))
  }
  return ok(undefined)
}
