import { forceClose } from '../closing/forceClose.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { findOverdueHtlc } from '../htlc/deadline.ts'
import { onFundingSpent } from '../onchain/fundingSpent.ts'
import type { Channel, ChannelState, LiveState } from '../state.ts'
import { step } from '../step.ts'
import { forgetUnfunded, fundingEffects, isFundingOverdue } from '../funding/fundingEffects.ts'
import { spendsOutPoint } from '../onchain/chainView.ts'
import { advanceReadiness, announcementEffects, fundingDepth, locateFunding } from './readiness.ts'

type BlockConnected = Extract<ChannelEvent, { readonly type: 'block-connected' }>

const withNewChannel = (state: LiveState, channel: Channel): LiveState =>
  channel === state.channel ? state : { ...state, channel }

/** A block on a channel that is not being closed: confirmations, a spend of the funding output, deadlines. */
export function onBlockConnected(state: LiveState, event: BlockConnected, env: ChannelEnv): Step<ChannelState> {
  const located = locateFunding(state, event.transactions, env)
  if ('failed' in located) return located.failed
  const { channel, effects } = located
  if (event.transactions.some(({ transaction }) => spendsOutPoint(transaction, channel.fundingOutpoint))) {
    return onFundingSpent(channel, state.kind === 'negotiating' ? state.signed : [], event, env)
  }
  if (isFundingOverdue(channel, event.height)) return forgetUnfunded(channel)
  const overdue = findOverdueHtlc(channel.commitments, event.height)
  if (overdue !== undefined) return forceClose(channel, overdue, env)
  return advance(withNewChannel(state, channel), env, effects)
}

function advance(state: LiveState, env: ChannelEnv, effects: readonly Effect[]): Step<ChannelState> {
  const { channel } = state
  switch (state.kind) {
    case 'wait-for-funding-confirmed': {
      const republish = channel.fundingLocation ? [] : fundingEffects(channel, env)
      return advanceReadiness(state, env, [...effects, ...republish])
    }
    case 'wait-for-channel-ready':
      return advanceReadiness(state, env, effects)
    case 'normal':
    case 'shutdown':
    case 'negotiating': {
      const depth = fundingDepth(channel, env.height)
      return step(state, ...effects, ...(depth === 6 ? announcementEffects(channel, depth) : []))
    }
  }
}

/** A reorganisation: a funding transaction that stood at this height or above has no place any more. */
export function onBlockDisconnected(state: LiveState, height: number, env: ChannelEnv): Step<ChannelState> {
  const { channel } = state
  if (!channel.fundingLocation || channel.fundingLocation.height < height) return step(state)
  const { fundingLocation: _gone, ...rest } = channel
  return step({ ...state, channel: rest }, ...fundingEffects(rest, env))
}
