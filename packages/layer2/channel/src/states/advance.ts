import { commitmentSigned, sendCommit } from '../commitment/commitmentSigned.ts'
import { canSign, hasChangesToSign, isSettled } from '../commitment/views.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { Channel, ChannelState, Normal, Shutdown } from '../state.ts'
import { notify, send, step } from '../step.ts'
import { startNegotiation } from './negotiating.ts'

/** States in which commitments move: payments in `normal`, only removals and fees in `shutdown`. */
export type Operating = Normal | Shutdown

export const withChannel = <S extends Operating>(state: S, channel: Channel): S => ({ ...state, channel })

/** Signs what is pending, if there is anything and no revocation is awaited. */
export function signPending(channel: Channel, env: ChannelEnv): { channel: Channel; effects: readonly Effect[] } {
  if (!canSign(channel.commitments) || !hasChangesToSign(channel.commitments)) return { channel, effects: [] }
  const sent = sendCommit(channel, env.signer)
  return { channel: sent.channel, effects: [send(commitmentSigned(channel, sent.signatures))] }
}

/** Signs what is pending, then goes on with a shutdown that waited for it. */
export function signAndAdvance(state: Operating, env: ChannelEnv, before: readonly Effect[]): Step<ChannelState> {
  const signed = signPending(state.channel, env)
  return advanceShutdown(withChannel(state, signed.channel), env, [...before, ...signed.effects])
}

/** The script that our shutdown names: the one we committed to, or else the channel's. */
export const shutdownScriptOf = ({ channel }: Normal): Uint8Array =>
  channel.local.upfrontShutdownScript.length > 0 ? channel.local.upfrontShutdownScript : channel.closeScript

/**
 * Takes the next step of a shutdown, if one is due: sends ours once no update of ours is unsigned, becomes `shutdown`
 * once both were exchanged, and `negotiating` once no HTLC is left.
 */
export function advanceShutdown(
  state: Normal | Shutdown,
  env: ChannelEnv,
  effects: readonly Effect[] = [],
): Step<ChannelState> {
  const { channel } = state
  if (state.kind === 'shutdown') {
    return isSettled(channel.commitments) ? startNegotiation(state, env, effects) : step(state, ...effects)
  }
  const wanted = state.shutdownRequested || state.remoteShutdown !== undefined
  if (wanted && !state.localShutdown && channel.commitments.localChanges.proposed.length === 0) {
    const scriptpubkey = shutdownScriptOf(state)
    const sent: Normal = { ...state, shutdownRequested: false, localShutdown: scriptpubkey }
    const message = send({ type: 'shutdown', channelId: channel.channelId, scriptpubkey })
    return advanceShutdown(sent, env, [...effects, message, notify({ kind: 'paused' })])
  }
  const { localShutdown, remoteShutdown } = state
  if (!localShutdown || !remoteShutdown) return step(state, ...effects)
  return advanceShutdown({ kind: 'shutdown', channel, localShutdown, remoteShutdown }, env, effects)
}
