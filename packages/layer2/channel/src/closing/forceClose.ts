import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { resolutionEffects } from '../onchain/resolutionEffects.ts'
import type { Channel, ChannelState, Closing, ClosingCause, LiveState } from '../state.ts'
import { notify, peerText, sendError, sendWarning, step, violationText } from '../step.ts'
import type { ChannelViolation } from '../violation.ts'
import { consequenceOf } from '../consequence.ts'

/** A channel that starts to end. Fulfilments that did not reach the peer's commitment become claims on chain. */
export function createClosing(channel: Channel, cause: ClosingCause): Closing {
  const preimages = Object.values(channel.commitments.localChanges)
    .flat()
    .flatMap((update) => (update.type === 'fulfill' ? [update.paymentPreimage] : []))
  // Their preimages were reported when they came.
  const settledHtlcs = channel.commitments.fulfilledHtlcs
  return { kind: 'closing', channel, cause, mutualCloses: [], confirmed: [], preimages, settledHtlcs }
}

/** Gives the channel up and publishes our commitment (BOLT 5, failing a channel). */
export function forceClose(
  channel: Channel,
  reason: string,
  env: ChannelEnv,
  first: readonly Effect[] = [],
): Step<ChannelState> {
  const closing = createClosing(channel, { type: 'local-force', reason })
  return step(
    closing,
    ...first,
    sendError(channel.channelId, reason),
    notify({ kind: 'closing', cause: closing.cause }),
    ...resolutionEffects(closing, env),
  )
}

/** A peer's error ends the channel (BOLT 1); its answer is our commitment on chain, not another error. */
export function closeOnPeerError(channel: Channel, data: Uint8Array, env: ChannelEnv): Step<ChannelState> {
  const text = peerText(data)
  const closing = createClosing(channel, { type: 'local-force', reason: `peer: ${text}` })
  return step(
    closing,
    notify({ kind: 'peer-error', text }),
    notify({ kind: 'closing', cause: closing.cause }),
    ...resolutionEffects(closing, env),
  )
}

/** What a violation of the peer costs an existing channel. */
export function punish(state: LiveState, violation: ChannelViolation, env: ChannelEnv): Step<ChannelState> {
  const report = notify({ kind: 'violation', violation })
  const { channel } = state
  switch (consequenceOf(violation.code)) {
    case 'fail':
      return forceClose(channel, violationText(violation), env, [report])
    case 'warn':
      return step(
        state,
        report,
        sendWarning(channel.channelId, violationText(violation)),
        notify({ kind: 'disconnect' }),
      )
    case 'ignore':
      return step(state, report)
  }
}

/** The peer proved that we lost state: only it can close safely (BOLT 2, data loss). */
export function closeAfterDataLoss(channel: Channel, env: ChannelEnv): Step<ChannelState> {
  const closing = createClosing(channel, { type: 'data-loss' })
  return step(
    closing,
    sendError(channel.channelId, 'we lost state: please publish your commitment'),
    notify({ kind: 'closing', cause: closing.cause }),
    ...resolutionEffects(closing, env),
  )
}
