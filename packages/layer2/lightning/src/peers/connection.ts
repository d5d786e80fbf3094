import { decodeUtf8, err, equalBytes, ok, type Result, utf8ToBytes } from '@ply/bytes'
import {
  ALL_CHANNELS,
  checkFeatures,
  decodeFeatures,
  encodeFeatures,
  featuresInContext,
  hasFeature,
  type Init,
} from '@ply/wire'
import { drive } from '../channels/drive.ts'
import { channelsWith } from '../channels/registry.ts'
import type { NodeEvent } from '../event.ts'
import type { PeerId } from '../state.ts'
import { peerKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import type { Peer } from './peer.ts'
import { type PeerRecord, peerRecordCodec } from './peerRecord.ts'

/** Addresses kept for one peer. */
const MAX_ADDRESSES = 4

export function storePeer(turn: Turn, peer: PeerId, record: PeerRecord): void {
  turn.core.peerRecords.set(peer, record)
  turn.put(peerKey(peer), () => peerRecordCodec.encode(record))
}

/** Remembers where a peer was reached, the latest address first. */
export function rememberAddress(turn: Turn, peer: PeerId, address: string | undefined, wanted = false): void {
  const known = turn.core.peerRecords.get(peer)
  const addresses = [...(address === undefined ? [] : [address]), ...(known?.addresses ?? [])]
  const record = {
    addresses: [...new Set(addresses)].slice(0, MAX_ADDRESSES),
    wanted: wanted || (known?.wanted ?? false),
  }
  const unchanged = known?.wanted === record.wanted && known.addresses.join(' ') === record.addresses.join(' ')
  if (!unchanged) storePeer(turn, peer, record)
}

/** A connection stands: both sides send `init` at once (BOLT 1). */
export function onPeerConnected(turn: Turn, event: Extract<NodeEvent, { readonly type: 'peer-connected' }>): void {
  const { core, env } = turn
  dropPeer(turn, event.peer)
  core.peers.set(event.peer, {
    id: event.peer,
    outbound: event.outbound,
    address: event.address,
    features: undefined,
    lastReceivedAt: env.now,
    pingedAt: undefined,
    filter: undefined,
    backlog: [],
    backlogIsQuery: false,
  })
  if (event.outbound) rememberAddress(turn, event.peer, event.address)
  turn.send(event.peer, {
    type: 'init',
    globalFeatures: new Uint8Array(0),
    features: encodeFeatures(featuresInContext(core.features, 'I')),
    networks: [core.chainHash],
  })
}

/** A connection ended, or an attempt at one failed: who waits for it is told. */
export function onPeerDisconnected(turn: Turn, peer: PeerId): void {
  for (const { requestId } of turn.core.connectRequests.get(peer) ?? []) {
    turn.refuse(requestId, 'connect-failed', `could not connect to ${peer}`)
  }
  turn.core.connectRequests.delete(peer)
  dropPeer(turn, peer)
}

function dropPeer(turn: Turn, peer: PeerId): void {
  const { core, env } = turn
  const known = core.peers.get(peer)
  if (!known) return
  core.peers.delete(peer)
  for (const entry of channelsWith(core, peer)) {
    entry.usable = false
    entry.pausedAt ??= env.now
    entry.announceable = false
    entry.signaturesSent = false
    if (known.features) drive(turn, entry, { type: 'disconnected' })
  }
  // Both ends may call back: not at the same moment, or each would drop the other's call.
  const pause = core.nodeKey < peer ? 1 : 3
  if (!known.features) return
  if (core.peerRecords.has(peer)) core.reconnects.set(peer, { at: env.now + pause, failures: 0 })
  turn.notify({ type: 'peer-disconnected', peer })
}

/** Why we do not want to talk to a peer. */
type InitViolation = 'wrong-network' | 'unsupported-features'

function checkInit({ core }: Turn, init: Init): Result<Peer['features'], InitViolation> {
  const { networks } = init
  if (networks && networks.length > 0 && !networks.some((chain) => equalBytes(chain, core.chainHash))) {
    return err('wrong-network')
  }
  const features = new Set([...decodeFeatures(init.globalFeatures), ...decodeFeatures(init.features)])
  return checkFeatures(features, core.features).ok ? ok(features) : err('unsupported-features')
}

/** The peer's `init`: from here on channels and gossip live. */
export function onInit(turn: Turn, peer: Peer, init: Init): void {
  const { core } = turn
  if (peer.features) return
  const checked = checkInit(turn, init)
  if (!checked.ok) {
    closeConnection(turn, peer.id, checked.error)
    return
  }
  const features = checked.value ?? new Set<number>()
  core.peers.set(peer.id, { ...peer, features })
  core.reconnects.delete(peer.id)
  turn.notify({ type: 'peer-connected', peer: peer.id })
  for (const { requestId } of core.connectRequests.get(peer.id) ?? []) {
    turn.reply(requestId, { type: 'connect', peer: peer.id })
  }
  core.connectRequests.delete(peer.id)
  if (hasFeature(features, 'gossip_queries')) {
    // Everything: channels are few enough here to be told again, and what is known is dropped early.
    turn.send(peer.id, {
      type: 'gossip_timestamp_filter',
      chainHash: core.chainHash,
      firstTimestamp: 0,
      timestampRange: 0xffffffff,
    })
  }
  for (const entry of channelsWith(core, peer.id)) drive(turn, entry, { type: 'connected' })
}

/** Says why, and hangs up. */
export function closeConnection(turn: Turn, peer: PeerId, reason: string): void {
  turn.send(peer, { type: 'warning', channelId: ALL_CHANNELS, data: utf8ToBytes(reason) })
  turn.effect({ type: 'disconnect', peer, reason })
}

/** Text that a peer sent, for people: other bytes than printable ones are left out. */
export function printable(data: Uint8Array): string {
  const text = decodeUtf8(data.subarray(0, 1000))
  return text.ok ? text.value.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?') : 'unreadable text'
}
