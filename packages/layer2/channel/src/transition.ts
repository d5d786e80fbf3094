import type { Update } from './commitment/commitments.ts'
import type { Effect, Step } from './effect.ts'
import type { ChannelEnv } from './env.ts'
import type { ChannelEvent } from './event.ts'
import { channelOf, type ChannelState, type HtlcRecord, restingState } from './state.ts'
import { onClosing } from './states/closing.ts'
import { onLive } from './states/live.ts'
import { onDisconnected } from './states/offline.ts'
import { onOpening } from './states/opening.ts'
import { refuse, step } from './step.ts'

function dispatch(state: ChannelState, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  switch (state.kind) {
    case 'wait-for-open-channel':
    case 'wait-for-accept-channel':
    case 'wait-for-funding-transaction':
    case 'wait-for-funding-created':
    case 'wait-for-funding-signed':
      return onOpening(state, event, env)
    case 'wait-for-funding-confirmed':
    case 'wait-for-channel-ready':
    case 'normal':
    case 'shutdown':
    case 'negotiating':
      return onLive(state, event, env)
    case 'offline':
    case 'syncing':
      return onDisconnected(state, event, env)
    case 'closing':
      return onClosing(state, event, env)
    case 'closed':
      return event.type === 'add-htlc' ? refuse(state, event) : step(state)
  }
}

/** The HTLCs that a new signature of ours puts into the peer's commitment for the first time. */
function newHtlcs(before: ChannelState, after: ChannelState): readonly HtlcRecord[] {
  const next = channelOf(after)?.commitments
  if (!next?.nextRemoteCommit || next.nextRemoteCommit === channelOf(before)?.commitments.nextRemoteCommit) return []
  const records = (updates: readonly Update[]): HtlcRecord[] =>
    updates.flatMap((update) => {
      if (update.type !== 'add') return []
      const { direction, id, paymentHash, cltvExpiry } = update.htlc
      return [{ direction, id, paymentHash, cltvExpiry }]
    })
  return [...records(next.localChanges.signed), ...records(next.remoteChanges.signed)]
}

/** A changed resting state is stored before anything else happens. */
function persistFirst(before: ChannelState, { state, effects }: Step<ChannelState>): Step<ChannelState> {
  const resting = restingState(state)
  const forgotten = effects.some((effect) => effect.type === 'forget')
  if (!resting || resting === restingState(before) || forgotten) return { state, effects }
  const persist: Effect = { type: 'persist', state: resting, htlcs: newHtlcs(before, state) }
  return { state, effects: [persist, ...effects] }
}

/**
 * The channel as a total function (BOLT 2, 3, 5). Never throws for anything that a peer, a user or the chain may do:
 * broken rules become `violation` notifications and what they cost. The new state replaces the old one.
 */
export function transition(state: ChannelState, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  return persistFirst(state, dispatch(state, event, env))
}
