import type { ChannelEnv } from '../env.ts'
import type { Closing } from '../state.ts'
import { depthAt } from './chainView.ts'
import { FUNDING_TIMEOUT_BLOCKS } from '../funding/fundingEffects.ts'
import { publishFor } from './resolutionEffects.ts'
import type { OutputFate, Resolution } from './resolve.ts'

/** True if nothing more can come of this output that would matter to us. */
function isFinal({ tracked, spend }: OutputFate, closing: Closing, env: ChannelEnv): boolean {
  if (spend) return depthAt(spend.height, env.height) >= env.policy.irrevocableDepth
  const { action } = tracked
  if (action.type === 'wait') return env.height >= action.until
  // Long ready but not worth its fee: it is left behind, after its HTLC has been reported as failed.
  return (
    env.height >= action.readyAt + env.policy.failUpstreamDepth &&
    publishFor(tracked, closing.channel.keysId, env).length === 0
  )
}

/** An accepter need not wait for ever for a funding transaction that never came (BOLT 2). */
const isNeverFunded = ({ channel, confirmed }: Closing, { height }: ChannelEnv): boolean =>
  !channel.isOpener &&
  !channel.fundingLocation &&
  confirmed.length === 0 &&
  height > channel.createdAt + FUNDING_TIMEOUT_BLOCKS

/** True once every output is irrevocably resolved (BOLT 5): the channel may be forgotten. */
export function isComplete(closing: Closing, { ending, outputs }: Resolution, env: ChannelEnv): boolean {
  if (!ending) return isNeverFunded(closing, env)
  if (depthAt(ending.height, env.height) < env.policy.irrevocableDepth) return false
  if (ending.what.type === 'revoked-commitment' && closing.htlcHistory === undefined) return false
  return outputs.every((fate) => isFinal(fate, closing, env))
}
