import { bytesToHex } from '@ply/bytes'
import type { RouteHint } from '@ply/invoice'
import type { Msats } from '@ply/primitives'
import type { HintHop, LocalChannel, RouteRequest } from '@ply/routing'
import { spendableMsat } from '../channels/balance.ts'
import { channelIn, realShortId } from '../channels/channelEntry.ts'
import type { NodeCore } from '../core.ts'
import type { Turn } from '../turn.ts'
import type { Payment } from './payment.ts'

/** Blocks on top of what the payee asks: for those that are mined on the way, and to blur the route's length. */
export const EXPIRY_MARGIN = 3

/** The channels over which a payment could leave now. */
function localChannels(core: NodeCore): LocalChannel[] {
  return [...core.channels.values()].flatMap((entry) => {
    const channel = channelIn(entry)
    const shortChannelId = realShortId(entry)
    if (!entry.usable || !channel || shortChannelId === undefined) return []
    return [
      {
        shortChannelId,
        peer: entry.peer,
        spendableMsat: spendableMsat(entry) as Msats,
        htlcMinimumMsat: channel.remote.htlcMinimumMsat,
      },
    ]
  })
}

const toHintHop = (hint: RouteHint): HintHop => ({ ...hint, nodeId: bytesToHex(hint.nodeId) })

/** What the pathfinder is asked for a payment, as far as it has come. */
export function createRouteRequest({ core, env }: Turn, payment: Payment): RouteRequest {
  const hints = core.paymentHints.get(payment.paymentHash)
  return {
    graph: core.graph,
    source: core.nodeKey,
    target: payment.destination,
    amountMsat: payment.amountMsat,
    finalCltvDelta: payment.finalCltvDelta + EXPIRY_MARGIN,
    maxFeeMsat: payment.maxFeeMsat,
    now: env.now,
    localChannels: localChannels(core),
    hints: payment.routeHints.map((hops) => hops.map(toHintHop)),
    liquidity: core.liquidity,
    ...(hints
      ? { excludedEdges: hints.excludedEdges, excludedNodes: hints.excludedNodes, newerTerms: hints.newerUpdates }
      : {}),
  }
}
