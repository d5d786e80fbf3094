import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import { type Msats, type OutPoint, outPointKey, type Sats } from '@ply/primitives'
import {
  type ChannelAnnouncement,
  type ChannelUpdate,
  decodeFeatures,
  type Features,
  type NodeAnnouncement,
  type ShortChannelId,
  shortChannelIdParts,
} from '@ply/wire'
import { isDisabled, updateDirection } from '../announcement/channelUpdate.ts'
import { type GossipViolation, gossipViolation } from '../violation.ts'
import type { ForwardingTerms } from './policy.ts'

/** A node id as 66 hexadecimal digits: a key of maps. */
export type NodeKey = string

/** One direction of a channel, with the terms of the node that it starts from. */
export interface GraphEdge extends ForwardingTerms {
  /** `edgeKey` of channel and direction. */
  readonly key: string
  readonly shortChannelId: ShortChannelId
  readonly from: NodeKey
  readonly to: NodeKey
  readonly capacityMsat: Msats
  readonly disabled: boolean
  readonly update: ChannelUpdate
}

export interface GraphChannel {
  readonly shortChannelId: ShortChannelId
  readonly announcement: ChannelAnnouncement
  readonly capacity: Sats
  readonly funding: OutPoint
  readonly node1: NodeKey
  readonly node2: NodeKey
  /** Neither end demands a feature that we do not know. */
  readonly routable: boolean
  /** By direction; undefined until that end has said its terms. */
  readonly edges: readonly [GraphEdge | undefined, GraphEdge | undefined]
  /** Height at which the funding output was spent. */
  readonly spentAt: number | undefined
}

export interface GraphNode {
  readonly key: NodeKey
  readonly announcement: NodeAnnouncement | undefined
  /** The node demands no feature that we do not know. */
  readonly routable: boolean
  readonly channels: ReadonlySet<ShortChannelId>
}

interface MutableNode extends GraphNode {
  announcement: NodeAnnouncement | undefined
  routable: boolean
  readonly channels: Set<ShortChannelId>
}

/** A map key for one direction of a channel. */
export const edgeKey = (shortChannelId: ShortChannelId, direction: 0 | 1): string => `${shortChannelId}/${direction}`

/** BOLT 7: blocks between the spend of a funding output and forgetting the channel. */
export const FORGET_SPENT_AFTER = 72
/** BOLT 7: a channel whose older update is older than this many seconds may be pruned. */
export const STALE_AFTER = 1_209_600

/** True unless an even bit is set that is not in `known`. */
function understands(features: Uint8Array, known: Features): boolean {
  for (const bit of decodeFeatures(features)) if (bit % 2 === 0 && !known.has(bit) && !known.has(bit + 1)) return false
  return true
}

/**
 * The public channels and nodes that we know of (BOLT 7). It takes what was already checked: signatures by
 * `check…`, funding outputs by the chain. Nodes exist as long as they have a channel.
 */
export class NetworkGraph {
  readonly #channels = new Map<ShortChannelId, GraphChannel>()
  readonly #nodes = new Map<NodeKey, MutableNode>()
  readonly #byFunding = new Map<string, ShortChannelId>()
  readonly #spent = new Set<ShortChannelId>()
  readonly #knownFeatures: Features

  /** `knownFeatures` are the bits whose compulsory form does not keep us from routing. */
  constructor(knownFeatures: Features = new Set()) {
    this.#knownFeatures = knownFeatures
  }

  get channelCount(): number {
    return this.#channels.size
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  channel(id: ShortChannelId): GraphChannel | undefined {
    return this.#channels.get(id)
  }

  node(key: NodeKey): GraphNode | undefined {
    return this.#nodes.get(key)
  }

  channels(): IterableIterator<GraphChannel> {
    return this.#channels.values()
  }

  nodes(): IterableIterator<GraphNode> {
    return this.#nodes.values()
  }

  /** Ids in ascending order of the channels confirmed in `count` blocks from `first` on, unspent. */
  channelsInBlocks(first: number, count: number): ShortChannelId[] {
    const ids: ShortChannelId[] = []
    for (const [id, channel] of this.#channels) {
      const { blockHeight } = shortChannelIdParts(id)
      if (blockHeight >= first && blockHeight < first + count && channel.spentAt === undefined) ids.push(id)
    }
    return ids.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  }

  /** Outpoints whose spend ends a channel: to be watched. */
  fundingOutpoints(): OutPoint[] {
    return [...this.#channels.values()].map((channel) => channel.funding)
  }

  /** Adds a checked and confirmed channel; violations `duplicate-channel`, `conflicting-announcement`. */
  addChannel({
    announcement,
    capacity,
    funding,
  }: Pick<GraphChannel, 'announcement' | 'capacity' | 'funding'>): Result<GraphChannel, GossipViolation> {
    const { shortChannelId } = announcement
    const node1 = bytesToHex(announcement.nodeId1)
    const node2 = bytesToHex(announcement.nodeId2)
    const known = this.#channels.get(shortChannelId)
    if (known) {
      const same = known.node1 === node1 && known.node2 === node2
      return err(gossipViolation(same ? 'duplicate-channel' : 'conflicting-announcement', `${shortChannelId}`))
    }
    const routable = understands(announcement.features, this.#knownFeatures)
    const channel: GraphChannel = {
      shortChannelId,
      announcement,
      capacity,
      funding,
      node1,
      node2,
      routable,
      edges: [undefined, undefined],
      spentAt: undefined,
    }
    this.#channels.set(shortChannelId, channel)
    this.#byFunding.set(outPointKey(funding), shortChannelId)
    for (const key of [node1, node2]) this.#nodeOf(key).channels.add(shortChannelId)
    return ok(channel)
  }

  #nodeOf(key: NodeKey): MutableNode {
    let node = this.#nodes.get(key)
    if (!node) {
      node = { key, announcement: undefined, routable: true, channels: new Set() }
      this.#nodes.set(key, node)
    }
    return node
  }

  /** Takes a checked update; violations `unknown-channel`, `stale-timestamp`, `htlc-maximum-over-capacity`. */
  applyUpdate(update: ChannelUpdate): Result<GraphEdge, GossipViolation> {
    const channel = this.#channels.get(update.shortChannelId)
    if (!channel) return err(gossipViolation('unknown-channel', `${update.shortChannelId}`))
    const direction = updateDirection(update)
    const last = channel.edges[direction]?.update.timestamp
    if (last !== undefined && last >= update.timestamp) return err(gossipViolation('stale-timestamp', `${last}`))
    const capacityMsat = (channel.capacity * 1000n) as Msats
    if (update.htlcMaximumMsat > capacityMsat) {
      return err(gossipViolation('htlc-maximum-over-capacity', `${update.htlcMaximumMsat} of ${capacityMsat}`))
    }
    const edge: GraphEdge = {
      key: edgeKey(update.shortChannelId, direction),
      shortChannelId: update.shortChannelId,
      from: direction === 0 ? channel.node1 : channel.node2,
      to: direction === 0 ? channel.node2 : channel.node1,
      capacityMsat,
      disabled: isDisabled(update),
      update,
      feeBaseMsat: update.feeBaseMsat,
      feeProportionalMillionths: update.feeProportionalMillionths,
      cltvExpiryDelta: update.cltvExpiryDelta,
      htlcMinimumMsat: update.htlcMinimumMsat,
      htlcMaximumMsat: update.htlcMaximumMsat,
    }
    const [zero, one] = channel.edges
    this.#channels.set(update.shortChannelId, { ...channel, edges: direction === 0 ? [edge, one] : [zero, edge] })
    return ok(edge)
  }

  /** Takes a checked announcement; violations `unknown-node`, `stale-timestamp`. */
  applyNodeAnnouncement(announcement: NodeAnnouncement): Result<GraphNode, GossipViolation> {
    const node = this.#nodes.get(bytesToHex(announcement.nodeId))
    if (!node) return err(gossipViolation('unknown-node', 'no channel of this node is known'))
    const last = node.announcement?.timestamp
    if (last !== undefined && last >= announcement.timestamp) return err(gossipViolation('stale-timestamp', `${last}`))
    node.announcement = announcement
    node.routable = understands(announcement.features, this.#knownFeatures)
    return ok(node)
  }

  /** Marks the channel that an outpoint funds as spent: no route uses it, {@link pruneSpent} removes it later. */
  spendFunding(outpoint: OutPoint, height: number): ShortChannelId | undefined {
    const id = this.#byFunding.get(outPointKey(outpoint))
    const channel = id === undefined ? undefined : this.#channels.get(id)
    if (!channel || channel.spentAt !== undefined) return undefined
    this.#channels.set(channel.shortChannelId, { ...channel, spentAt: height })
    this.#spent.add(channel.shortChannelId)
    return channel.shortChannelId
  }

  /** Takes back the spends of a disconnected block. */
  unspendFrom(height: number): ShortChannelId[] {
    const back: ShortChannelId[] = []
    for (const id of this.#spent) {
      const channel = this.#channels.get(id)!
      if (channel.spentAt === undefined || channel.spentAt < height) continue
      this.#channels.set(id, { ...channel, spentAt: undefined })
      this.#spent.delete(id)
      back.push(id)
    }
    return back
  }

  /** Forgets channels whose funding was spent {@link FORGET_SPENT_AFTER} blocks ago; returns their ids. */
  pruneSpent(height: number): ShortChannelId[] {
    const gone: ShortChannelId[] = []
    for (const id of this.#spent) {
      const { spentAt } = this.#channels.get(id)!
      if (spentAt !== undefined && height - spentAt >= FORGET_SPENT_AFTER) gone.push(id)
    }
    for (const id of gone) this.removeChannel(id)
    return gone
  }

  /** Forgets channels of which one end has been silent for two weeks, except those of `own`; returns their ids. */
  pruneStale(now: number, own?: NodeKey): ShortChannelId[] {
    const stale: ShortChannelId[] = []
    for (const [id, { edges, node1, node2 }] of this.#channels) {
      if (node1 === own || node2 === own) continue
      const said = edges.filter((edge) => edge !== undefined)
      const oldest = Math.min(...said.map((edge) => edge.update.timestamp))
      if (said.length > 0 && now - oldest > STALE_AFTER) stale.push(id)
    }
    for (const id of stale) this.removeChannel(id)
    return stale
  }

  /** Forgets a channel, and nodes that have no other. */
  removeChannel(id: ShortChannelId): void {
    const channel = this.#channels.get(id)
    if (!channel) return
    this.#channels.delete(id)
    this.#spent.delete(id)
    this.#byFunding.delete(outPointKey(channel.funding))
    for (const key of [channel.node1, channel.node2]) {
      const node = this.#nodes.get(key)
      node?.channels.delete(id)
      if (node?.channels.size === 0) this.#nodes.delete(key)
    }
  }

  /** The edges over which `node` can be reached by a route now. */
  *usableEdgesTo(key: NodeKey): IterableIterator<GraphEdge> {
    for (const id of this.#nodes.get(key)?.channels ?? []) {
      const channel = this.#channels.get(id)!
      if (!channel.routable || channel.spentAt !== undefined) continue
      const edge = channel.edges[channel.node2 === key ? 0 : 1]
      if (edge && !edge.disabled) yield edge
    }
  }
}
