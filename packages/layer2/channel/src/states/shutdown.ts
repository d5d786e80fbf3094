import { equalBytes } from '@ply/bytes'
import type { Shutdown as ShutdownMessage } from '@ply/wire'
import { checkShutdownScript } from '../closing/shutdownScript.ts'
import { punish } from '../closing/forceClose.ts'
import { isSettled } from '../commitment/views.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelState, Normal, Shutdown } from '../state.ts'
import { notify, send, step } from '../step.ts'
import { violation } from '../violation.ts'
import { signAndAdvance } from './operating.ts'
import { startNegotiation } from './negotiating.ts'

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

/** The peer's shutdown (BOLT 2): its script is checked, and ours follows as soon as it may. */
export function onShutdown(state: Normal, message: ShutdownMessage, env: ChannelEnv): Step<ChannelState> {
  const { channel } = state
  const { scriptpubkey } = message
  const form = checkShutdownScript(scriptpubkey, env.anySegwitShutdown)
  if (!form.ok) return punish(state, form.error, env)
  const upfront = channel.remote.upfrontShutdownScript
  if (upfront.length > 0 && !equalBytes(upfront, scriptpubkey)) {
    return punish(state, violation('shutdown-script-changed', 'not the upfront_shutdown_script'), env)
  }
  if (channel.commitments.remoteChanges.proposed.length > 0) {
    return punish(state, violation('shutdown-with-pending-updates', 'updates were not signed before shutdown'), env)
  }
  return signAndAdvance({ ...state, remoteShutdown: scriptpubkey }, env, [])
}
