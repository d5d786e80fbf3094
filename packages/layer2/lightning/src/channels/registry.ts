import { bytesToHex } from '@ply/bytes'
import { type NodeCore, wireKey } from '../core.ts'
import { channelRecordKey, channelStoreKey, incomingKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { type ChannelEntry, channelIn, realShortId } from './channelEntry.ts'
import { channelRecordCodec } from './channelRecord.ts'
import type { ChannelKey, PeerId } from '../state.ts'
import { htlcKey } from '../htlc/incomingHtlc.ts'

/** Makes the channel findable by the ids that messages and onions use. */
export function indexChannel(core: NodeCore, entry: ChannelEntry): void {
  core.channels.set(entry.handle, entry)
  core.byWireId.set(wireKey(entry.peer, entry.wireId), entry.handle)
  if (channelIn(entry)) core.byChannelId.set(entry.wireId, entry.handle)
  const shortId = realShortId(entry)
  if (shortId !== undefined) core.byShortId.set(shortId, entry.handle)
}

/** Stores what the node keeps beside the channel's own state. */
export function storeRecord(turn: Turn, entry: ChannelEntry): void {
  if (entry.funded) turn.put(channelRecordKey(entry.wireId), () => channelRecordCodec.encode(entry.record))
}

/** Removes every trace of a channel that never came to be, or of which nothing is left. */
export function forgetChannel(turn: Turn, entry: ChannelEntry): void {
  const { core } = turn
  core.channels.delete(entry.handle)
  for (const index of [core.byWireId, core.byChannelId, core.byShortId] as Map<unknown, string>[]) {
    for (const [id, handle] of index) if (handle === entry.handle) index.delete(id)
  }
  if (entry.fundingHeld) turn.effect({ type: 'release-funding', fundingId: entry.handle })
  entry.fundingHeld = false
  if (!entry.funded) return
  turn.remove(channelStoreKey(entry.wireId))
  turn.remove(channelRecordKey(entry.wireId))
  for (const key of entry.incoming) forgetIncoming(turn, entry, key)
}

/** Drops the record of a peer's HTLC. */
export function forgetIncoming(turn: Turn, entry: ChannelEntry, key: string): void {
  const { core } = turn
  const htlc = core.incoming.get(key)
  entry.incoming.delete(key)
  core.incoming.delete(key)
  if (!htlc) return
  turn.remove(incomingKey(htlc.channel, htlc.id))
  if (htlc.disposition.type === 'forwarded')
    core.outgoing.delete(htlcKey(htlc.disposition.channel, htlc.disposition.id))
}

export const findByWireId = (core: NodeCore, peer: PeerId, id: Uint8Array): ChannelEntry | undefined => {
  const handle = core.byWireId.get(wireKey(peer, bytesToHex(id)))
  return handle === undefined ? undefined : core.channels.get(handle)
}

/** The funded channel that a user or a record names. */
export function findByKey(core: NodeCore, key: ChannelKey): ChannelEntry | undefined {
  const handle = core.byChannelId.get(key)
  return handle === undefined ? undefined : core.channels.get(handle)
}

/** All channels with a peer. */
export const channelsWith = (core: NodeCore, peer: PeerId): ChannelEntry[] =>
  [...core.channels.values()].filter((entry) => entry.peer === peer)

/** The channel with this short id. */
export function findByShortId(core: NodeCore, id: bigint): ChannelEntry | undefined {
  const handle = core.byShortId.get(id)
  return handle === undefined ? undefined : core.channels.get(handle)
}
