import { ALL_CHANNELS, type Message } from '@ply/wire'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { abandon } from '../funding/abort.ts'
import type { ChannelState, OpeningState } from '../state.ts'
import { notify, peerText, refuse, sendError, step, unexpected } from '../step.ts'
import { onAcceptChannel } from './waitForAcceptChannel.ts'
import { onFundingCreated } from './waitForFundingCreated.ts'
import { onFundingSigned } from './waitForFundingSigned.ts'
import { onFundingReady } from './waitForFundingTransaction.ts'
import { onOpenChannel } from './waitForOpenChannel.ts'

const idsOf = (state: OpeningState): Parameters<typeof abandon>[0] =>
  state.kind === 'wait-for-open-channel'
    ? { temporaryChannelId: ALL_CHANNELS, remoteNodeId: state.remoteNodeId }
    : state.terms

function onMessage(state: OpeningState, message: Message, env: ChannelEnv): Step<ChannelState> {
  if (message.type === 'error') {
    const text = peerText(message.data)
    return abandon(idsOf(state), `peer: ${text}`, [notify({ kind: 'peer-error', text })])
  }
  if (message.type === 'warning') return step(state, notify({ kind: 'peer-warning', text: peerText(message.data) }))
  switch (state.kind) {
    case 'wait-for-open-channel':
      return message.type === 'open_channel' ? onOpenChannel(state, message, env) : unexpected(state, message)
    case 'wait-for-accept-channel':
      return message.type === 'accept_channel' ? onAcceptChannel(state, message, env) : unexpected(state, message)
    case 'wait-for-funding-created':
      return message.type === 'funding_created' ? onFundingCreated(state, message, env) : unexpected(state, message)
    case 'wait-for-funding-signed':
      return message.type === 'funding_signed' ? onFundingSigned(state, message, env) : unexpected(state, message)
    case 'wait-for-funding-transaction':
      return unexpected(state, message)
  }
}

/** Events before the channel has both first signatures: whatever interrupts them ends the opening. */
export function onOpening(state: OpeningState, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  switch (event.type) {
    case 'message':
      return onMessage(state, event.message, env)
    case 'funding-ready':
      return state.kind === 'wait-for-funding-transaction' ? onFundingReady(state, event, env) : refuse(state, event)
    case 'funding-failed': {
      const ids = idsOf(state)
      return abandon(ids, event.reason, [sendError(ids.temporaryChannelId, 'funding failed')])
    }
    case 'disconnected':
    case 'restored':
      return abandon(idsOf(state), 'the connection was lost while the channel was being opened')
    case 'close':
    case 'force-close': {
      const ids = idsOf(state)
      return abandon(ids, 'the opening was given up', [sendError(ids.temporaryChannelId, 'opening given up')])
    }
    case 'add-htlc':
    case 'fulfill-htlc':
    case 'fail-htlc':
    case 'fail-malformed-htlc':
    case 'update-fee':
    case 'commit':
      return refuse(state, event)
    case 'connected':
    case 'block-connected':
    case 'block-disconnected':
    case 'htlc-history':
      return step(state)
  }
}
