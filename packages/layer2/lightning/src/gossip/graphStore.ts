import { bytesToHex, type DecodeError, ok, type Result } from '@ply/bytes'
import type { OutPoint, Sats, Txid } from '@ply/primitives'
import { type GraphChannel, type NetworkGraph, updateDirection } from '@ply/routing'
import { type ChannelUpdate, decodeMessage, encodeMessage, type NodeAnnouncement } from '@ply/wire'
import { bytes, bytes32, stored, struct, u32, u64 } from '../store/fields.ts'
import { graphChannelKey, graphNodeKey, graphUpdateKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'

/** A public channel as it is stored: its announcement and what the chain said of it. */
const channelCodec = stored(struct({ announcement: bytes, capacity: u64, txid: bytes32, index: u32 }))
const messageCodec = stored(bytes)

export function storeGraphChannel(turn: Turn, { announcement, capacity, funding }: GraphChannel): void {
  turn.put(graphChannelKey(announcement.shortChannelId), () =>
    channelCodec.encode({ announcement: encodeMessage(announcement), capacity, ...funding }),
  )
}

export function storeGraphUpdate(turn: Turn, update: ChannelUpdate): void {
  turn.put(graphUpdateKey(update.shortChannelId, updateDirection(update)), () =>
    messageCodec.encode(encodeMessage(update)),
  )
}

export function storeGraphNode(turn: Turn, announcement: NodeAnnouncement): void {
  turn.put(graphNodeKey(bytesToHex(announcement.nodeId)), () => messageCodec.encode(encodeMessage(announcement)))
}

/** Removes what is stored of channels that the graph has forgotten. Node entries without a channel are harmless. */
export function removeGraphChannels(turn: Turn, ids: readonly GraphChannel['shortChannelId'][]): void {
  for (const id of ids) {
    turn.remove(graphChannelKey(id))
    turn.remove(graphUpdateKey(id, 0))
    turn.remove(graphUpdateKey(id, 1))
  }
}

/** Puts a stored channel back into the graph. */
export function restoreGraphChannel(graph: NetworkGraph, value: Uint8Array): Result<void, DecodeError> {
  const decoded = channelCodec.decode(value)
  if (!decoded.ok) return decoded
  const { capacity, txid, index } = decoded.value
  const message = decodeMessage(decoded.value.announcement)
  if (!message.ok) return message
  const funding: OutPoint = { txid: txid as Txid, index }
  if (message.value.type === 'channel_announcement') {
    graph.addChannel({ announcement: message.value, capacity: capacity as Sats, funding })
  }
  return ok(undefined)
}

/** Puts a stored update or node announcement back; one whose channel is gone falls away. */
export function restoreGraphMessage(graph: NetworkGraph, value: Uint8Array): Result<void, DecodeError> {
  const decoded = messageCodec.decode(value)
  if (!decoded.ok) return decoded
  const message = decodeMessage(decoded.value)
  if (!message.ok) return message
  if (message.value.type === 'channel_update') graph.applyUpdate(message.value)
  if (message.value.type === 'node_announcement') graph.applyNodeAnnouncement(message.value)
  return ok(undefined)
}
