import { hexToBytes } from '@ply/bytes'
import type { Msats } from '@ply/primitives'
import type { ShortChannelId } from '@ply/wire'
import { directionOf } from '../announcement/create.ts'
import { edgeKey, type NodeKey } from '../graph/networkGraph.ts'
import type { ForwardingTerms } from '../graph/policy.ts'

/** One step of a route, from whatever source it is known. */
export interface RouteEdge extends ForwardingTerms {
  readonly key: string
  readonly shortChannelId: ShortChannelId
  readonly from: NodeKey
  readonly to: NodeKey
  /** Undefined where it is not public. */
  readonly capacityMsat: Msats | undefined
}

/** A channel of the paying node itself. */
export interface LocalChannel {
  readonly shortChannelId: ShortChannelId
  readonly peer: NodeKey
  /** The most that one HTLC can carry now; over reserve and fees. */
  readonly spendableMsat: Msats
  readonly htlcMinimumMsat: Msats
}

/** One step of a private route to the payee (BOLT 11 `r` field): `nodeId` forwards over the channel. */
export interface HintHop {
  readonly nodeId: NodeKey
  readonly shortChannelId: ShortChannelId
  readonly feeBaseMsat: number
  readonly feeProportionalMillionths: number
  readonly cltvExpiryDelta: number
}

const UNLIMITED = 0xffffffffffffffffn as Msats
const NOTHING = 0n as Msats

const keyOf = (shortChannelId: ShortChannelId, from: NodeKey, to: NodeKey): string =>
  edgeKey(shortChannelId, directionOf(hexToBytes(from), hexToBytes(to)))

/** The payer's own channels as edges: no fee and no delay for oneself. */
export function localEdges(source: NodeKey, channels: readonly LocalChannel[]): RouteEdge[] {
  return channels.map(({ shortChannelId, peer, spendableMsat, htlcMinimumMsat }) => ({
    key: keyOf(shortChannelId, source, peer),
    shortChannelId,
    from: source,
    to: peer,
    capacityMsat: undefined,
    feeBaseMsat: 0,
    feeProportionalMillionths: 0,
    cltvExpiryDelta: 0,
    htlcMinimumMsat,
    htlcMaximumMsat: spendableMsat,
  }))
}

/** The steps of an invoice's route hints as edges, each to the next step's node and the last to the payee. */
export function hintEdges(target: NodeKey, hints: readonly (readonly HintHop[])[]): RouteEdge[] {
  return hints.flatMap((hops) =>
    hops.map((hop, i) => {
      const to = hops[i + 1]?.nodeId ?? target
      return {
        key: keyOf(hop.shortChannelId, hop.nodeId, to),
        shortChannelId: hop.shortChannelId,
        from: hop.nodeId,
        to,
        capacityMsat: undefined,
        feeBaseMsat: hop.feeBaseMsat,
        feeProportionalMillionths: hop.feeProportionalMillionths,
        cltvExpiryDelta: hop.cltvExpiryDelta,
        htlcMinimumMsat: NOTHING,
        htlcMaximumMsat: UNLIMITED,
      }
    }),
  )
}
