import { concatBytes, hexToBytes } from '@ply/bytes'
import type { Failure, UnknownFailure } from '@ply/onion'
import { checkChannelUpdate, computeFee, edgeKey, isDisabled, updateDirection } from '@ply/routing'
import { type ChannelUpdate, decodeMessage, type ShortChannelId } from '@ply/wire'
import type { PaymentHints } from '../core.ts'
import type { Turn } from '../turn.ts'
import type { AttemptHop } from './payment.ts'

/** Failures after which new terms are worth another try over the same edge. */
const ABOUT_TERMS: readonly string[] = ['fee_insufficient', 'incorrect_cltv_expiry', 'amount_below_minimum']

/** A forwarding that a node refused: what it got, and what it was to pass on over the failed edge. */
export interface RefusedForwarding {
  readonly erring: AttemptHop
  readonly failed: AttemptHop
  readonly failure: Failure | UnknownFailure
}

/**
 * Whether the failed edge is worth another try: its terms, as they are known now, ask for what the attempt did not give.
 * They came with the failure (BOLT 4: a `channel_update` more recent than the one used), or by gossip in the meantime.
 */
export function hasNewTerms(turn: Turn, refused: RefusedForwarding, hints: PaymentHints): boolean {
  if (!ABOUT_TERMS.includes(refused.failure.type)) return false
  takeUpdate(turn, refused, hints)
  const { edge, shortChannelId } = refused.failed
  const known = hints.newerUpdates.get(edge) ?? updateInGraph(turn, edge, shortChannelId as ShortChannelId)
  return known !== undefined && !isDisabled(known) && !keepsTerms(refused, known)
}

function updateInGraph({ core }: Turn, edge: string, shortChannelId: ShortChannelId): ChannelUpdate | undefined {
  const edges = core.graph.channel(shortChannelId)?.edges ?? []
  return edges.map((each) => each?.update).find((update) => update && edgeOf(update) === edge)
}

const edgeOf = (update: ChannelUpdate): string => edgeKey(update.shortChannelId, updateDirection(update))

/** Takes the `channel_update` that a failure carries, for this payment alone, if it is valid and newer than what is known. */
function takeUpdate({ core, env }: Turn, { erring, failed, failure }: RefusedForwarding, hints: PaymentHints): void {
  const update = 'channelUpdate' in failure ? decodeChannelUpdate(failure.channelUpdate) : undefined
  if (!update || edgeOf(update) !== failed.edge) return
  const inGraph = core.graph.channel(update.shortChannelId)?.edges[updateDirection(update)]?.update
  const lastTimestamp = (hints.newerUpdates.get(failed.edge) ?? inGraph)?.timestamp
  const nodeId = hexToBytes(erring.nodeId)
  const checked = checkChannelUpdate(update, { chainHash: core.chainHash, nodeId, lastTimestamp, now: env.now })
  if (checked.ok) hints.newerUpdates.set(failed.edge, update)
}

/** With its message type, or without, as some nodes send it. */
function decodeChannelUpdate(bytes: Uint8Array): ChannelUpdate | undefined {
  const typed = bytes[0] === 0x01 && bytes[1] === 0x02 ? bytes : concatBytes(Uint8Array.of(0x01, 0x02), bytes)
  const message = decodeMessage(typed)
  return message.ok && message.value.type === 'channel_update' ? message.value : undefined
}

/** True if the attempt gave what these terms ask for. */
function keepsTerms({ erring, failed }: RefusedForwarding, terms: ChannelUpdate): boolean {
  const { amountMsat } = failed
  return (
    erring.amountMsat - amountMsat >= computeFee(amountMsat, terms) &&
    erring.cltvDelta - failed.cltvDelta >= terms.cltvExpiryDelta &&
    amountMsat >= terms.htlcMinimumMsat
  )
}
