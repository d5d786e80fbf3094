import type { ResolutionEnv } from '../env.ts'
import type { Closing } from '../state.ts'
import { findSpend, indexSpends, type Spend, type Spends } from './chainView.ts'
import { type FundingSpend, identifyFundingSpend } from './identify.ts'
import { resolveLocalCommit } from './localCommit.ts'
import { resolveRemoteCommit } from './remoteCommit.ts'
import { resolveRevokedCommit } from './revokedCommit.ts'
import { resolveToRemote } from './toRemote.ts'
import type { TrackedOutput } from './trackedOutput.ts'

/** A tracked output and the confirmed input that spent it, if one did. */
export interface OutputFate {
  readonly tracked: TrackedOutput
  readonly spend: Spend | undefined
}

/** Everything that can be said about a channel's ending from the chain as it is. */
export interface Resolution {
  /** The confirmed spend of the funding output. */
  readonly ending: (Spend & { readonly what: FundingSpend }) | undefined
  readonly outputs: readonly OutputFate[]
}

function outputsOf(
  closing: Closing,
  what: FundingSpend,
  { transaction, height }: Spend,
  env: ResolutionEnv,
): readonly TrackedOutput[] {
  const { channel, preimages } = closing
  switch (what.type) {
    case 'mutual-close':
      return []
    case 'local-commitment':
      return resolveLocalCommit({ channel, built: what.built, preimages, height, env })
    case 'remote-commitment':
      return resolveRemoteCommit({ channel, built: what.built, commit: what.commit, preimages, height, env })
    case 'revoked-commitment': {
      const { perCommitmentSecret } = what
      return resolveRevokedCommit({ channel, transaction, perCommitmentSecret, history: closing.htlcHistory, height })
    }
    case 'unknown':
      return resolveToRemote(channel, transaction, height)
  }
}

/** Follows outputs to where they were spent, and on to what came of that. */
function followOutputs(outputs: readonly TrackedOutput[], spends: Spends): readonly OutputFate[] {
  return outputs.flatMap((tracked) => {
    const spend = findSpend(spends, tracked.outpoint)
    const next = spend && tracked.next ? tracked.next(spend.transaction, spend.inputIndex, spend.height) : []
    return [{ tracked, spend }, ...followOutputs(next, spends)]
  })
}

/** The last answer for a closing: it changes only when something confirms, but is asked for at every block. */
const resolutions = new WeakMap<Closing, ResolutionEnv & { readonly resolution: Resolution }>()

/**
 * What became of the channel on chain. Computed anew from the confirmed transactions each time, so that a
 * reorganisation needs no undoing.
 */
export function resolve(closing: Closing, env: ResolutionEnv): Resolution {
  const { signer, policy } = env
  const known = resolutions.get(closing)
  if (known?.signer === signer && known.policy === policy) return known.resolution
  const resolution = computeResolution(closing, env)
  resolutions.set(closing, { signer, policy, resolution })
  return resolution
}

function computeResolution(closing: Closing, env: ResolutionEnv): Resolution {
  const spends = indexSpends(closing.confirmed)
  const spend = findSpend(spends, closing.channel.fundingOutpoint)
  if (!spend) return { ending: undefined, outputs: [] }
  const what = identifyFundingSpend(closing.channel, spend.transaction, env.signer)
  return { ending: { ...spend, what }, outputs: followOutputs(outputsOf(closing, what, spend, env), spends) }
}
