import type { Message } from '@ply/wire'
import { closeOnPeerError, forceClose, punish } from '../closing/forceClose.ts'
import { isCloseScript, requestShutdown } from '../closing/requestShutdown.ts'
import { proposeFee } from '../commitment/updateFee.ts'
import { fromMessage } from '../commitment/updateMessage.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { offerHtlc } from '../htlc/addHtlc.ts'
import { answerHtlc, type Removal } from '../htlc/removeHtlc.ts'
import { type ChannelState, type LiveState, normalState } from '../state.ts'
import { notify, notReady, peerText, refuse, settle, step, unexpected, violationText } from '../step.ts'
import { onBlockConnected, onBlockDisconnected } from './blocks.ts'
import { goOffline, goSyncing } from './disconnect.ts'
import { onClosingSigned } from './negotiating.ts'
import { signAndAdvance } from './advance.ts'
import { onOperatingMessage, sendUpdate } from './operating.ts'
import { advanceReadiness, onChannelReady } from './readiness.ts'
import { onShutdown } from './shutdown.ts'

type Command<T extends ChannelEvent['type']> = Extract<ChannelEvent, { readonly type: T }>

function onMessage(state: LiveState, message: Message, env: ChannelEnv): Step<ChannelState> {
  if (message.type === 'error') return closeOnPeerError(state.channel, message.data, env)
  if (message.type === 'warning') return step(state, notify({ kind: 'peer-warning', text: peerText(message.data) }))
  switch (state.kind) {
    case 'wait-for-funding-confirmed':
    case 'wait-for-channel-ready':
      if (message.type === 'channel_ready') return advanceReadiness(onChannelReady(state, message), env)
      // Nothing was paid yet, so the channel can be closed at once.
      if (message.type === 'shutdown') return onShutdown(normalState(state.channel), message, env)
      return fromMessage(message) ? punish(state, notReady(state), env) : unexpected(state, message)
    case 'normal':
    case 'shutdown': {
      if (message.type === 'channel_ready') return step(onChannelReady(state, message))
      if (message.type === 'shutdown') return state.kind === 'normal' ? onShutdown(state, message, env) : step(state)
      return onOperatingMessage(state, message, env) ?? unexpected(state, message)
    }
    case 'negotiating':
      if (message.type === 'closing_signed') return onClosingSigned(state, message, env)
      return message.type === 'shutdown' ? step(state) : unexpected(state, message)
  }
}

function onAdd(state: LiveState, { type: _, ref, ...offer }: Command<'add-htlc'>, env: ChannelEnv): Step<ChannelState> {
  if (state.kind !== 'normal' || state.shutdownRequested || state.localShutdown || state.remoteShutdown) {
    return step(state, settle({ kind: 'refused', ref, violation: notReady(state) }))
  }
  const offered = offerHtlc(state.channel, offer, env)
  if (!offered.ok) return step(state, settle({ kind: 'refused', ref, violation: offered.error }))
  const { channel, htlc } = offered.value
  return sendUpdate(state, channel, { type: 'add', htlc }, [settle({ kind: 'added', ref, id: htlc.id })])
}

function onAnswer(state: LiveState, removal: Removal): Step<ChannelState> {
  if (state.kind !== 'normal' && state.kind !== 'shutdown') return step(state)
  const answered = answerHtlc(state.channel, removal)
  if (answered.ok) return sendUpdate(state, answered.value, removal)
  return step(state, notify({ kind: 'refused', command: removal.type, reason: violationText(answered.error) }))
}

function onUpdateFee(state: LiveState, event: Command<'update-fee'>, env: ChannelEnv): Step<ChannelState> {
  if (state.kind !== 'normal' && state.kind !== 'shutdown') return refuse(state, event)
  const { feeratePerKw } = event
  const proposed = proposeFee(state.channel, feeratePerKw, env)
  if (proposed.ok) return sendUpdate(state, proposed.value, { type: 'fee', feeratePerKw })
  return step(state, notify({ kind: 'refused', command: event.type, reason: violationText(proposed.error) }))
}

function onClose(state: LiveState, event: Command<'close'>, env: ChannelEnv): Step<ChannelState> {
  const requested = isCloseScript(event, env) ? requestShutdown(state, event) : undefined
  return requested ? signAndAdvance(requested, env, []) : refuse(state, event)
}

/** Every event of a channel whose connection is up and synced. */
export function onLive(state: LiveState, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  switch (event.type) {
    case 'message':
      return onMessage(state, event.message, env)
    case 'add-htlc':
      return onAdd(state, event, env)
    case 'fulfill-htlc':
      return onAnswer(state, { type: 'fulfill', id: event.id, paymentPreimage: event.paymentPreimage })
    case 'fail-htlc':
      return onAnswer(state, { type: 'fail', id: event.id, reason: event.reason })
    case 'fail-malformed-htlc': {
      const { id, sha256OfOnion, failureCode } = event
      return onAnswer(state, { type: 'fail-malformed', id, sha256OfOnion, failureCode })
    }
    case 'update-fee':
      return onUpdateFee(state, event, env)
    case 'commit':
      return state.kind === 'normal' || state.kind === 'shutdown' ? signAndAdvance(state, env, []) : step(state)
    case 'close':
      return onClose(state, event, env)
    case 'force-close':
      return forceClose(state.channel, event.reason, env)
    case 'disconnected':
    case 'restored':
      return goOffline(state)
    case 'connected': {
      const offline = goOffline(state)
      const syncing = goSyncing(offline.state.inner, env)
      return step(syncing.state, ...offline.effects, ...syncing.effects)
    }
    case 'block-connected':
      return onBlockConnected(state, event, env)
    case 'block-disconnected':
      return onBlockDisconnected(state, event.height, env)
    case 'funding-ready':
    case 'funding-failed':
      return refuse(state, event)
    case 'htlc-history':
      return step(state)
  }
}
