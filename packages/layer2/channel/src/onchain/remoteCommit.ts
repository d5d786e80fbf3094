import type { RemoteCommit } from '../commitment/commitments.ts'
import type { BuiltCommitment } from '../commitment/signing.ts'
import type { ResolutionEnv } from '../env.ts'
import type { Channel } from '../state.ts'
import type { CommitmentOutput } from '../transactions/commitmentTransaction.ts'
import { singleSignatureWitness } from '../transactions/witness.ts'
import { outPointOf, relativeLockReady } from './chainView.ts'
import { findPreimage } from './preimage.ts'
import { resolveToRemote } from './toRemote.ts'
import type { Action, TrackedOutput } from './trackedOutput.ts'

const EMPTY = new Uint8Array(0)

interface RemoteResolution {
  readonly channel: Channel
  readonly built: BuiltCommitment
  readonly commit: RemoteCommit
  readonly preimages: readonly Uint8Array[]
  readonly height: number
  readonly env: ResolutionEnv
}

type HtlcOutput = Extract<CommitmentOutput, { readonly kind: 'htlc' }>

/** One HTLC of the peer's commitment: ours by preimage at once, or by timeout after its expiry. */
function htlcAction(resolution: RemoteResolution, { htlc, witnessScript }: HtlcOutput, index: number): Action {
  const { channel, built, commit, preimages, height, env } = resolution
  const { transaction } = built.commitment
  const anchors = channel.format === 'anchors'
  // The peer offered it, so we may show the preimage; otherwise it returns to us once it has expired.
  const preimage = htlc.offeredByOwner ? findPreimage(preimages, htlc.paymentHash) : undefined
  if (htlc.offeredByOwner && !preimage) return { type: 'wait', until: htlc.cltvExpiry + env.policy.irrevocableDepth }
  return {
    type: 'claim',
    readyAt: Math.max(htlc.offeredByOwner ? 0 : htlc.cltvExpiry, anchors ? relativeLockReady(height, 1) : height),
    claim: {
      kind: 'claim',
      outpoint: outPointOf(transaction, index),
      output: transaction.outputs[index]!,
      scriptCode: witnessScript,
      key: { role: 'htlc', perCommitmentPoint: commit.perCommitmentPoint },
      witness: (signature) => singleSignatureWitness(signature, [preimage ?? EMPTY], witnessScript),
      sequence: anchors ? 1 : 0xfffffffd,
      lockTime: htlc.offeredByOwner ? 0 : htlc.cltvExpiry,
      ...(htlc.offeredByOwner ? { deadline: htlc.cltvExpiry } : {}),
    },
  }
}

/** A commitment of the peer that is not revoked is on chain (BOLT 5, remote commitment). */
export function resolveRemoteCommit(resolution: RemoteResolution): readonly TrackedOutput[] {
  const { built, channel, height } = resolution
  const { transaction } = built.commitment
  const tracked = [...resolveToRemote(channel, transaction, height)]
  built.commitment.outputs.forEach((output, index) => {
    if (output.kind !== 'htlc') return
    const action = htlcAction(resolution, output, index)
    tracked.push({ outpoint: outPointOf(transaction, index), htlc: output.htlc, action })
  })
  return tracked
}
