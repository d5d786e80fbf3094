import type { ChannelEnv } from '../env.ts'
import type { Closing } from '../state.ts'
import { depthAt } from './chainView.ts'
import { publishFor } from './resolutionEffects.ts'
import type { OutputFate, Resolution } from './resolve.ts'

/** True if nothing more can come of this output that would matter to us. */
function isFinal({ tracked, spend }: OutputFate, closing: Closing, env: ChannelEnv): boolean {
  if (spend) return depthAt(spend.height, env.height) >= env.policy.irrevocableDepth
  const { action } = tracked
  if (action.type === 'wait') return env.height >= action.until
  // Ready but not worth its fee: it is left behind.
  return env.height >= action.readyAt && publishFor(tracked, closing.channel.keysId, env).length === 0
}

/** True once every output is irrevocably resolved (BOLT 5): the channel may be forgotten. */
export function isComplete(closing: Closing, { ending, outputs }: Resolution, env: ChannelEnv): boolean {
  if (!ending || depthAt(ending.height, env.height) < env.policy.irrevocableDepth) return false
  if (ending.what.type === 'revoked-commitment' && closing.htlcHistory === undefined) return false
  return outputs.every((fate) => isFinal(fate, closing, env))
}
