import { equalBytes, utf8ToBytes } from '@ply/bytes'
import { ALL_CHANNELS, decodeMessage, type Message } from '@ply/wire'
import { drive } from '../channels/drive.ts'
import { onOpenChannelMessage, refuseKnownFunding } from '../channels/opening.ts'
import { channelsWith, findByWireId } from '../channels/registry.ts'
import { onAnnouncementSignatures } from '../gossip/ownChannels.ts'
import { onQueryChannelRange, onQueryShortIds, onTimestampFilter } from '../gossip/queries.ts'
import { onChannelAnnouncement, onChannelUpdate, onNodeAnnouncement } from '../gossip/receive.ts'
import type { PeerId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { closeConnection, onInit, printable } from './connection.ts'
import type { Peer } from './peer.ts'

/** BOLT 1: more pong bytes than this are not answered. */
const MAX_PONG = 65532

/** One message of a connected peer: read, and given to whoever it concerns. Nothing that it says can throw. */
export function onPeerMessage(turn: Turn, peerId: PeerId, bytes: Uint8Array): void {
  const { core, env } = turn
  const known = core.peers.get(peerId)
  if (!known) return
  const peer: Peer = { ...known, lastReceivedAt: env.now, pingedAt: undefined }
  core.peers.set(peerId, peer)
  const decoded = decodeMessage(bytes)
  if (!decoded.ok) {
    closeConnection(turn, peerId, `unreadable message: ${decoded.error.message}`)
    return
  }
  const message = decoded.value
  if (message.type === 'init') onInit(turn, peer, message)
  else if (peer.features) dispatch(turn, peer, message)
  else closeConnection(turn, peerId, `${message.type} before init`)
}

function dispatch(turn: Turn, peer: Peer, message: Message): void {
  switch (message.type) {
    case 'unknown':
    case 'init':
    case 'pong':
    case 'reply_channel_range':
    case 'reply_short_channel_ids_end':
      return
    case 'ping':
      if (message.numPongBytes < MAX_PONG) {
        turn.send(peer.id, { type: 'pong', ignored: new Uint8Array(message.numPongBytes) })
      }
      return
    case 'error':
    case 'warning':
      onComplaint(turn, peer, message)
      return
    case 'open_channel':
      onOpenChannelMessage(turn, peer.id, message)
      return
    case 'funding_created':
      if (refuseKnownFunding(turn, peer.id, message)) return
      toChannel(turn, peer, message, message.temporaryChannelId)
      return
    case 'accept_channel':
      toChannel(turn, peer, message, message.temporaryChannelId)
      return
    case 'funding_signed':
    case 'channel_ready':
    case 'channel_reestablish':
    case 'shutdown':
    case 'closing_signed':
    case 'update_add_htlc':
    case 'update_fulfill_htlc':
    case 'update_fail_htlc':
    case 'update_fail_malformed_htlc':
    case 'update_fee':
    case 'commitment_signed':
    case 'revoke_and_ack':
      toChannel(turn, peer, message, message.channelId)
      return
    case 'announcement_signatures':
      onAnnouncementSignatures(turn, peer.id, message)
      return
    case 'channel_announcement':
      onChannelAnnouncement(turn, peer.id, message)
      return
    case 'channel_update':
      onChannelUpdate(turn, peer.id, message)
      return
    case 'node_announcement':
      onNodeAnnouncement(turn, peer.id, message)
      return
    case 'gossip_timestamp_filter':
      onTimestampFilter(turn, peer, message)
      return
    case 'query_channel_range':
      onQueryChannelRange(turn, peer, message)
      return
    case 'query_short_channel_ids':
      onQueryShortIds(turn, peer, message)
      return
  }
}

/** A message about one channel; one that we do not know is an error (BOLT 1), so that the peer closes its side. */
function toChannel(turn: Turn, peer: Peer, message: Message, id: Uint8Array): void {
  const entry = findByWireId(turn.core, peer.id, id)
  if (entry) {
    drive(turn, entry, { type: 'message', message })
    return
  }
  turn.send(peer.id, { type: 'error', channelId: id as typeof ALL_CHANNELS, data: utf8ToBytes('unknown channel') })
}

/** `error` and `warning`: about one channel, or all of them. */
function onComplaint(turn: Turn, peer: Peer, message: Extract<Message, { readonly type: 'error' | 'warning' }>): void {
  const { core } = turn
  const all = equalBytes(message.channelId, ALL_CHANNELS)
  const named = all ? undefined : findByWireId(core, peer.id, message.channelId)
  const entries = all ? channelsWith(core, peer.id) : named ? [named] : []
  if (entries.length === 0) turn.notify({ type: 'peer-warning', peer: peer.id, message: printable(message.data) })
  for (const entry of entries) drive(turn, entry, { type: 'message', message })
}
