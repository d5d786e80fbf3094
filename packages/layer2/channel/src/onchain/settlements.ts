import type { Htlc } from '../commitment/commitments.ts'
import type { Settlement } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { Closing } from '../state.ts'
import { depthAt } from './chainView.ts'
import { extractPreimage } from './preimage.ts'
import { publishFor } from './resolutionEffects.ts'
import type { Resolution } from './resolve.ts'

/** A closing whose funding output is spent. */
interface Ended extends Pick<Resolution, 'outputs'> {
  readonly closing: Closing
  readonly ending: NonNullable<Resolution['ending']>
}

/** The HTLCs that we offered and that some commitment may still hold. */
function outstandingHtlcs({ channel }: Closing): readonly Htlc[] {
  const { localCommit, remoteCommit, nextRemoteCommit, localChanges } = channel.commitments
  const htlcs = new Map<bigint, Htlc>()
  const specs = [localCommit.spec, remoteCommit.spec, ...(nextRemoteCommit ? [nextRemoteCommit.commit.spec] : [])]
  for (const htlc of specs.flatMap((spec) => spec.htlcs)) if (htlc.direction === 'offered') htlcs.set(htlc.id, htlc)
  for (const update of localChanges.proposed) if (update.type === 'add') htlcs.set(update.htlc.id, update.htlc)
  return [...htlcs.values()]
}

function outcomeOf(htlc: Htlc, { closing, outputs, ending }: Ended, env: ChannelEnv): Settlement | undefined {
  const { id, paymentHash } = htlc
  const failed: Settlement = { kind: 'failed', id, paymentHash, failure: { type: 'on-chain' } }
  const isDeep = (confirmedAt: number): boolean => depthAt(confirmedAt, env.height) >= env.policy.failUpstreamDepth
  const owner = ending.what.type === 'local-commitment'
  const fate = outputs.find(({ tracked }) => tracked.htlc?.id === id && tracked.htlc.offeredByOwner === owner)
  if (!fate) {
    // Not in the commitment that confirmed, or trimmed from it. What we do not know about may still hold it.
    const certain = ending.what.type !== 'unknown'
    const deep = certain ? isDeep(ending.height) : depthAt(ending.height, env.height) >= env.policy.irrevocableDepth
    return deep ? failed : undefined
  }
  const { spend, tracked } = fate
  if (!spend) {
    // Not worth its fee: it is left behind, and counts as timed out. The peer could still take those few satoshi.
    const expired = env.height >= htlc.cltvExpiry + env.policy.failUpstreamDepth
    return expired && publishFor(tracked, closing.channel.keysId, env).length === 0 ? failed : undefined
  }
  const paymentPreimage = extractPreimage(spend, paymentHash)
  if (paymentPreimage) return { kind: 'fulfilled', id, paymentHash, paymentPreimage }
  return isDeep(spend.height) ? failed : undefined
}

/** The outcomes of offered HTLCs that the chain has decided and that were not reported before. */
export function newSettlements(closing: Closing, resolution: Resolution, env: ChannelEnv): readonly Settlement[] {
  const { ending, outputs } = resolution
  if (!ending) return []
  return outstandingHtlcs(closing)
    .filter((htlc) => !closing.settledHtlcs.includes(htlc.id))
    .flatMap((htlc) => outcomeOf(htlc, { closing, ending, outputs }, env) ?? [])
}
