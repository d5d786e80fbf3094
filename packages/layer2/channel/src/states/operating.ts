import type { CommitmentSigned, Message, RevokeAndAck } from '@ply/wire'
import { createRevocation, receiveCommit } from '../commitment/commitmentSigned.ts'
import type { Update } from '../commitment/commitments.ts'
import { receiveRevocation } from '../commitment/revokeAndAck.ts'
import { receiveFee } from '../commitment/updateFee.ts'
import { fromMessage, toMessage } from '../commitment/updateMessage.ts'
import { punish } from '../closing/forceClose.ts'
import type { Effect, HtlcFailure, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { isOverDustExposure, receiveHtlc } from '../htlc/addHtlc.ts'
import { receiveRemoval } from '../htlc/removeHtlc.ts'
import type { Channel, ChannelState } from '../state.ts'
import { send, settle, step } from '../step.ts'
import { violation } from '../violation.ts'
import { type Operating, signAndAdvance, withChannel } from './advance.ts'

/** Our own update: proposed in the channel already, now sent. */
export const sendUpdate = (state: Operating, channel: Channel, update: Update, after: readonly Effect[] = []) =>
  step(withChannel(state, channel), ...after, send(toMessage(channel.channelId, update)))

function onUpdate(state: Operating, update: Update, env: ChannelEnv): Step<ChannelState> {
  const { channel } = state
  switch (update.type) {
    case 'add': {
      const closing = state.kind === 'shutdown' || state.remoteShutdown !== undefined
      if (closing) return punish(state, violation('add-after-shutdown', `HTLC ${update.htlc.id}`), env)
      const added = receiveHtlc(channel, update.htlc)
      return added.ok ? step(withChannel(state, added.value)) : punish(state, added.error, env)
    }
    case 'fulfill':
    case 'fail':
    case 'fail-malformed': {
      const removed = receiveRemoval(channel, update)
      if (!removed.ok) return punish(state, removed.error, env)
      const next = withChannel(state, removed.value.channel)
      if (update.type !== 'fulfill') return step(next)
      // A preimage may be used upstream at once: it does not wait for the commitments.
      const { id, paymentHash } = removed.value.htlc
      return step(next, settle({ kind: 'fulfilled', id, paymentHash, paymentPreimage: update.paymentPreimage }))
    }
    case 'fee': {
      const changed = receiveFee(channel, update.feeratePerKw, env)
      return changed.ok ? step(withChannel(state, changed.value)) : punish(state, changed.error, env)
    }
  }
}

function onCommitmentSigned(state: Operating, message: CommitmentSigned, env: ChannelEnv): Step<ChannelState> {
  const received = receiveCommit(state.channel, message, env.signer)
  if (!received.ok) return punish(state, received.error, env)
  const channel = received.value
  const revocation = createRevocation(channel, env.signer)
  const revoke = send({ type: 'revoke_and_ack', channelId: channel.channelId, ...revocation })
  return signAndAdvance(withChannel(state, channel), env, [revoke])
}

const failureOf = (update: Extract<Update, { readonly type: 'fail' | 'fail-malformed' }>): HtlcFailure =>
  update.type === 'fail'
    ? { type: 'reason', reason: update.reason }
    : { type: 'malformed', sha256OfOnion: update.sha256OfOnion, failureCode: update.failureCode }

function onRevokeAndAck(state: Operating, message: RevokeAndAck, env: ChannelEnv): Step<ChannelState> {
  const revoked = receiveRevocation(state.channel, message)
  if (!revoked.ok) return punish(state, revoked.error, env)
  const { channel, received, failed } = revoked.value
  const settlements = [
    ...received.map((htlc) =>
      settle({ kind: 'received', htlc, overDustExposure: isOverDustExposure(channel, htlc, env) }),
    ),
    ...failed.map(({ htlc: { id, paymentHash }, update }) =>
      settle({ kind: 'failed', id, paymentHash, failure: failureOf(update) }),
    ),
  ]
  return signAndAdvance(withChannel(state, channel), env, settlements)
}

/** The messages that move commitments (BOLT 2, normal operation); undefined for all others. */
export function onOperatingMessage(
  state: Operating,
  message: Message,
  env: ChannelEnv,
): Step<ChannelState> | undefined {
  if (message.type === 'commitment_signed') return onCommitmentSigned(state, message, env)
  if (message.type === 'revoke_and_ack') return onRevokeAndAck(state, message, env)
  const update = fromMessage(message)
  return update && onUpdate(state, update, env)
}
