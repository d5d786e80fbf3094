import { unansweredHtlcs } from '../commitment/views.ts'
import { closeOnPeerError, forceClose } from '../closing/forceClose.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { fundingEffects } from '../funding/fundingEffects.ts'
import { isOverDustExposure } from '../htlc/addHtlc.ts'
import { answerHtlc, type Removal } from '../htlc/removeHtlc.ts'
import { findHtlc } from '../commitment/spec.ts'
import type { Channel, ChannelState, Offline, Syncing } from '../state.ts'
import { refuse, settle, step, unexpected } from '../step.ts'
import { onBlockConnected, onBlockDisconnected } from './blocks.ts'
import { goOffline, goSyncing } from './disconnect.ts'
import { isCloseScript, requestShutdown } from '../closing/requestShutdown.ts'
import { onReestablish } from './syncing.ts'

/** What a crash may have swallowed between storing the state and acting on it. */
function restore(state: Offline, env: ChannelEnv): Step<ChannelState> {
  const offline = goOffline(state.inner)
  const { channel } = offline.state.inner
  return step(offline.state, ...offline.effects, ...fundingEffects(channel, env), ...settlementsOf(channel, env))
}

/** Received HTLCs that wait for an answer, and preimages of offered ones that are not off the commitments yet. */
function settlementsOf(channel: Channel, env: ChannelEnv): readonly Effect[] {
  const { commitments } = channel
  const { acked, signed } = commitments.remoteChanges
  const fulfilled = [...acked, ...signed].flatMap((update) => {
    const htlc = update.type === 'fulfill' ? findHtlc(commitments.remoteCommit.spec, 'offered', update.id) : undefined
    return update.type === 'fulfill' && htlc
      ? [
          settle({
            kind: 'fulfilled',
            id: update.id,
            paymentHash: htlc.paymentHash,
            paymentPreimage: update.paymentPreimage,
          }),
        ]
      : []
  })
  const received = unansweredHtlcs(commitments).map((htlc) =>
    settle({ kind: 'received', htlc, overDustExposure: isOverDustExposure(channel, htlc, env) }),
  )
  return [...fulfilled, ...received]
}

/** Puts what became of the inner state back behind the missing connection; messages cannot leave. */
function rewrap(state: Offline | Syncing, inner: Step<ChannelState>): Step<ChannelState> {
  const next = inner.state
  const effects = inner.effects.filter((effect) => effect.type !== 'send' || state.kind === 'syncing')
  switch (next.kind) {
    case 'wait-for-funding-confirmed':
    case 'wait-for-channel-ready':
    case 'normal':
    case 'shutdown':
    case 'negotiating': {
      const silent = effects.filter((effect) => effect.type !== 'send')
      return step(next === state.inner ? state : { kind: state.kind, inner: next }, ...silent)
    }
    default:
      return step(next, ...effects)
  }
}

function onAnswer(state: Offline | Syncing, removal: Removal): Step<ChannelState> {
  const { inner } = state
  if (inner.kind !== 'normal' && inner.kind !== 'shutdown') return step(state)
  const answered = answerHtlc(inner.channel, removal)
  return step(answered.ok ? { kind: state.kind, inner: { ...inner, channel: answered.value } } : state)
}

/** Every event of a channel without a synced connection. */
export function onDisconnected(state: Offline | Syncing, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  const { inner } = state
  switch (event.type) {
    case 'message': {
      const { message } = event
      if (message.type === 'error') return rewrap(state, closeOnPeerError(inner.channel, message.data, env))
      return state.kind === 'syncing' && message.type === 'channel_reestablish'
        ? onReestablish(inner, message, env)
        : unexpected(state, message)
    }
    case 'connected':
      return goSyncing(inner, env)
    case 'disconnected':
      return step({ kind: 'offline', inner })
    case 'restored':
      return restore({ kind: 'offline', inner }, env)
    case 'fulfill-htlc':
      return onAnswer(state, { type: 'fulfill', id: event.id, paymentPreimage: event.paymentPreimage })
    case 'fail-htlc':
      return onAnswer(state, { type: 'fail', id: event.id, reason: event.reason })
    case 'fail-malformed-htlc': {
      const { id, sha256OfOnion, failureCode } = event
      return onAnswer(state, { type: 'fail-malformed', id, sha256OfOnion, failureCode })
    }
    case 'close': {
      const requested = isCloseScript(event, env) ? requestShutdown(inner, event) : undefined
      return requested ? step({ kind: state.kind, inner: requested }) : refuse(state, event)
    }
    case 'force-close':
      return rewrap(state, forceClose(inner.channel, event.reason, env))
    case 'block-connected':
      return rewrap(state, onBlockConnected(inner, event, env))
    case 'block-disconnected':
      return rewrap(state, onBlockDisconnected(inner, event.height, env))
    case 'add-htlc':
    case 'update-fee':
    case 'funding-ready':
    case 'funding-failed':
      return refuse(state, event)
    case 'commit':
    case 'htlc-history':
      return step(state)
  }
}
