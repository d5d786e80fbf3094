import type { Effect, Step } from '../effect.ts'
import type { ChannelState, Closed, OpeningTerms } from '../state.ts'
import { notify, sendError, step, violationText } from '../step.ts'
import type { ChannelViolation } from '../violation.ts'

/** Whom an opening that fails concerns. */
type OpeningIds = Pick<OpeningTerms, 'temporaryChannelId' | 'remoteNodeId'>

/** The channel never came to be: nothing was stored, and nothing is kept. */
export function abandon(
  { temporaryChannelId, remoteNodeId }: OpeningIds,
  reason: string,
  first: readonly Effect[] = [],
): Step<ChannelState> {
  const state: Closed = { kind: 'closed', channelId: temporaryChannelId, remoteNodeId, reason }
  return step(state, ...first, notify({ kind: 'closed', reason }), { type: 'forget' })
}

/** Ends an opening because of a broken rule: the peer is told. */
export const abort = (ids: OpeningIds, violation: ChannelViolation): Step<ChannelState> =>
  abandon(ids, violationText(violation), [
    notify({ kind: 'violation', violation }),
    sendError(ids.temporaryChannelId, violationText(violation)),
  ])
