import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { type LiveState, type Normal, normalState } from '../state.ts'
import { isShutdownScript } from './shutdownScript.ts'

type CloseCommand = Extract<ChannelEvent, { readonly type: 'close' }>

/** What a mutual close starts from; undefined where one is under way. */
export function requestShutdown(state: LiveState, event: CloseCommand): Normal | undefined {
  if (state.kind === 'shutdown' || state.kind === 'negotiating') return undefined
  const normal = state.kind === 'normal' ? state : normalState(state.channel)
  if (normal.localShutdown) return undefined
  const { scriptPubKey } = event
  const channel = scriptPubKey ? { ...normal.channel, closeScript: scriptPubKey } : normal.channel
  return { ...normal, channel, shutdownRequested: true }
}

/** True if the peer would take this script in our shutdown. */
export const isCloseScript = ({ scriptPubKey }: CloseCommand, env: ChannelEnv): boolean =>
  scriptPubKey === undefined || isShutdownScript(scriptPubKey, env.anySegwitShutdown)
