import { err, ok, type Result } from '@ply/bytes'
import type { Msats } from '@ply/primitives'
import type { ShortChannelId } from '@ply/wire'
import type { NetworkGraph, NodeKey } from '../graph/networkGraph.ts'
import { computeFee, type ForwardingTerms } from '../graph/policy.ts'
import { BALANCED, computeEdgeCost, type CostWeights, FEES_ONLY, SHORTEST } from './cost.ts'
import type { LiquidityMemory } from './liquidityMemory.ts'
import { PriorityQueue } from './priorityQueue.ts'
import { hintEdges, type HintHop, type LocalChannel, localEdges, type RouteEdge } from './routeEdge.ts'

/** BOLT 4: 1300 bytes hold this many usual payloads. */
export const MAX_HOPS = 20
/** BOLT 4 `max_htlc_cltv`: nobody locks coins for longer than two weeks of blocks. */
export const MAX_CLTV_DELTA = 2016

export interface RouteRequest {
  readonly graph: NetworkGraph
  readonly source: NodeKey
  readonly target: NodeKey
  /** What has to arrive. */
  readonly amountMsat: bigint
  /** Blocks that the payee wants the last HTLC to be away from expiry. */
  readonly finalCltvDelta: number
  readonly maxFeeMsat: bigint
  /** Seconds since the Unix epoch: what is remembered fades. */
  readonly now: number
  readonly maxCltvDelta?: number
  readonly maxHops?: number
  /** The source's own channels, public or not: the only first steps. Missing: its public channels, as announced. */
  readonly localChannels?: readonly LocalChannel[]
  /** Private ways to the target, from its invoice. */
  readonly hints?: readonly (readonly HintHop[])[]
  readonly liquidity?: LiquidityMemory
  /** Keys of edges that may not be used. */
  readonly excludedEdges?: ReadonlySet<string>
  readonly excludedNodes?: ReadonlySet<NodeKey>
  /** Terms by edge that are newer than the graph's or the hints': told in failures, for this payment alone. */
  readonly newerTerms?: ReadonlyMap<string, ForwardingTerms>
  /** What is minded beside fees; by default it is tried with less where the fee limit demands it. */
  readonly weights?: CostWeights
}

/** One HTLC of a route. */
export interface RouteHop {
  /** Who receives it. */
  readonly nodeId: NodeKey
  /** Over which channel. */
  readonly shortChannelId: ShortChannelId
  readonly edge: string
  readonly amountMsat: Msats
  /** Blocks above the current height at which it expires. */
  readonly cltvDelta: number
}

export interface Route {
  readonly hops: readonly RouteHop[]
  /** What leaves the source. */
  readonly amountMsat: Msats
  readonly feeMsat: Msats
  readonly cltvDelta: number
  /** What the pathfinder minimised. */
  readonly cost: number
}

export type RouteViolation = 'no-route' | 'fee-over-limit'

/** The best known way from a node to the target. */
interface Label {
  readonly node: NodeKey
  readonly cost: number
  /** What this node has to receive. */
  readonly amountMsat: bigint
  readonly cltvDelta: number
  readonly hops: number
  readonly edge: RouteEdge | undefined
  readonly next: Label | undefined
}

/** Looks for the way of least cost from the target back to the source: only there amounts are known. */
function search(
  request: RouteRequest,
  extra: ReadonlyMap<NodeKey, readonly RouteEdge[]>,
  weights: CostWeights,
): Label | undefined {
  const { graph, source, target, liquidity, now } = request
  const { maxHops = MAX_HOPS, maxCltvDelta = MAX_CLTV_DELTA, excludedEdges, excludedNodes } = request
  const ownEdgesGiven = request.localChannels !== undefined
  const best = new Map<NodeKey, Label>()
  const done = new Set<NodeKey>()
  const queue = new PriorityQueue<Label>()
  const start: Label = {
    node: target,
    cost: 0,
    amountMsat: request.amountMsat,
    cltvDelta: request.finalCltvDelta,
    hops: 0,
    edge: undefined,
    next: undefined,
  }
  queue.push(0, start)

  const relax = (label: Label, known: RouteEdge): void => {
    const { amountMsat } = label
    const newer = request.newerTerms?.get(known.key)
    const edge = newer ? { ...known, ...newer } : known
    if (done.has(edge.from) || amountMsat < edge.htlcMinimumMsat || amountMsat > edge.htlcMaximumMsat) return
    if (edge.capacityMsat !== undefined && amountMsat > edge.capacityMsat) return
    if (excludedEdges?.has(edge.key) || excludedNodes?.has(edge.from)) return
    if (liquidity?.isUnusable(edge.key, now)) return
    const own = edge.from === source
    const feeMsat = own ? 0n : computeFee(amountMsat, edge)
    const cltvExpiryDelta = own ? 0 : edge.cltvExpiryDelta
    const cltvDelta = label.cltvDelta + cltvExpiryDelta
    if (cltvDelta > maxCltvDelta || label.hops + 1 > maxHops) return
    const probability = own
      ? 1
      : (liquidity?.probability(edge.key, amountMsat, { capacityMsat: edge.capacityMsat, now }) ?? 1)
    if (probability <= 0) return
    const cost = label.cost + computeEdgeCost({ amountMsat, feeMsat, cltvExpiryDelta, probability }, weights)
    const before = best.get(edge.from)
    if (before && before.cost <= cost) return
    const reached: Label = {
      node: edge.from,
      cost,
      amountMsat: amountMsat + feeMsat,
      cltvDelta,
      hops: label.hops + 1,
      edge,
      next: label,
    }
    best.set(edge.from, reached)
    queue.push(cost, reached)
  }

  for (let label = queue.pop(); label; label = queue.pop()) {
    if (done.has(label.node)) continue
    done.add(label.node)
    if (label.node === source) return label
    if (label.node !== target && graph.node(label.node)?.routable === false) continue
    for (const edge of extra.get(label.node) ?? []) relax(label, edge)
    for (const edge of graph.usableEdgesTo(label.node)) {
      if (edge.from !== source || !ownEdgesGiven) relax(label, edge)
    }
  }
  return undefined
}

function toRoute(label: Label, amountMsat: bigint): Route {
  const hops: RouteHop[] = []
  for (let at: Label = label; at.edge && at.next; at = at.next) {
    const { next, edge } = at
    hops.push({
      nodeId: next.node,
      shortChannelId: edge.shortChannelId,
      edge: edge.key,
      amountMsat: next.amountMsat as Msats,
      cltvDelta: next.cltvDelta,
    })
  }
  return {
    hops,
    amountMsat: label.amountMsat as Msats,
    feeMsat: (label.amountMsat - amountMsat) as Msats,
    cltvDelta: label.cltvDelta,
    cost: label.cost,
  }
}

/**
 * The cheapest route by fees, time locks and likelihood of success, computed backwards from the target. It keeps to
 * every channel's minimum, maximum and capacity, to at most 20 hops and 2016 blocks. Violations: `no-route`;
 * `fee-over-limit` where there is a route, but none for `maxFeeMsat`.
 */
export function findRoute(request: RouteRequest): Result<Route, RouteViolation> {
  const { source, target, localChannels, hints, weights } = request
  if (source === target || request.amountMsat <= 0n) return err('no-route')
  const extra = new Map<NodeKey, RouteEdge[]>()
  // A hint that starts at ourselves tells nothing that we do not know better.
  const hinted = hintEdges(target, hints ?? []).filter((edge) => edge.from !== source)
  for (const edge of [...localEdges(source, localChannels ?? []), ...hinted]) {
    extra.set(edge.to, [...(extra.get(edge.to) ?? []), edge])
  }
  let found = false
  // What is minded beside fees may lead past a limit that another way would keep.
  for (const attempt of weights ? [weights] : [BALANCED, FEES_ONLY, SHORTEST]) {
    const label = search(request, extra, attempt)
    if (!label) continue
    found = true
    const route = toRoute(label, request.amountMsat)
    if (route.feeMsat <= request.maxFeeMsat) return ok(route)
  }
  return err(found ? 'fee-over-limit' : 'no-route')
}
