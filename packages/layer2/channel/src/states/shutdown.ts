import { equalBytes } from '@ply/bytes'
import type { Shutdown as ShutdownMessage } from '@ply/wire'
import { checkShutdownScript } from '../closing/shutdownScript.ts'
import { punish } from '../closing/forceClose.ts'
import type { Update } from '../commitment/commitments.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelState, Normal } from '../state.ts'
import { violation } from '../violation.ts'
import { signAndAdvance } from './advance.ts'

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
  // Removals that are not signed yet do no harm, and some peers leave them open.
  const isOpen = ({ type }: Update): boolean => type === 'add' || type === 'fee'
  if (channel.commitments.remoteChanges.proposed.some(isOpen)) {
    return punish(state, violation('shutdown-with-pending-updates', 'updates were not signed before shutdown'), env)
  }
  return signAndAdvance({ ...state, remoteShutdown: scriptpubkey }, env, [])
}
