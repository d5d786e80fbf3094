import { computeTxid, type Sats, sats } from '@ply/primitives'
import { createSignedLocalCommitment } from '../commitment/signing.ts'
import type { AnchorSpend, Effect, FeeBump, PublishEffect } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { fundingOutput } from '../funding/initialCommitment.ts'
import { fundingEffects } from '../funding/fundingEffects.ts'
import type { Closing } from '../state.ts'
import { computeFee } from '../transactions/weights.ts'
import { outPointOf } from './chainView.ts'
import { createClaim } from './claim.ts'
import { resolve, type Resolution } from './resolve.ts'
import type { TrackedOutput } from './trackedOutput.ts'

/** Our commitment with what the wallet needs to raise its fee. */
function publishCommitment({ channel }: Closing, env: ChannelEnv): PublishEffect {
  const { signed, commitment } = createSignedLocalCommitment(channel, channel.commitments.localCommit, env.signer)
  const index = commitment.outputs.findIndex((output) => output.kind === 'local-anchor')
  const paid = signed.outputs.reduce((sum, output) => sum + output.value, 0n)
  const parentFeeSatoshis: Sats = sats(channel.fundingSatoshis - paid)
  const anchor: AnchorSpend | undefined =
    index < 0
      ? undefined
      : {
          outpoint: outPointOf(signed, index),
          output: signed.outputs[index]!,
          keysId: channel.keysId,
          fundingPubkey: channel.local.keys.fundingPubkey,
        }
  const bump: FeeBump = anchor ? { type: 'anchor', anchor, parentFeeSatoshis } : { type: 'none' }
  const expiries = channel.commitments.localCommit.spec.htlcs.map((htlc) => htlc.cltvExpiry)
  return {
    type: 'publish',
    kind: 'commitment',
    transaction: signed,
    prevouts: [fundingOutput(channel)],
    bump,
    feeratePerKw: env.feerates.claim,
    ...(expiries.length > 0 ? { deadline: Math.min(...expiries) } : {}),
  }
}

/** Before anything has spent the funding output: what we want to see spend it. */
function publishEnding(closing: Closing, env: ChannelEnv): readonly Effect[] {
  const { channel, cause, mutualCloses } = closing
  switch (cause.type) {
    case 'mutual': {
      const transaction = mutualCloses.at(-1)
      if (!transaction) return []
      const prevouts = [fundingOutput(channel)]
      const feeratePerKw = env.feerates.mutualClose
      return [{ type: 'publish', kind: 'mutual-close', transaction, prevouts, bump: { type: 'none' }, feeratePerKw }]
    }
    case 'local-force':
      return [...fundingEffects(channel, env), publishCommitment(closing, env)]
    // Another ending was seen and has vanished: ours takes its place, unless it may be a revoked one.
    case 'remote':
      return [publishCommitment(closing, env)]
    case 'data-loss':
      return []
  }
}

/** Rough weights of a second stage with a fee input and a change output, and of the sweep behind it. */
const SECOND_STAGE_WEIGHT = 706 + 272 + 124
const SWEEP_WEIGHT = 484

/** What to publish for one unspent output at this height; nothing where it would cost more than it brings. */
export function publishFor({ action }: TrackedOutput, keysId: Uint8Array, env: ChannelEnv): readonly PublishEffect[] {
  if (action.type === 'wait' || env.height < action.readyAt) return []
  if (action.type === 'claim') {
    const claim = createClaim(action.claim, keysId, env)
    return claim ? [claim] : []
  }
  const { kind, transaction, output, needsFee, deadline } = action.sign()
  const cost = computeFee(env.feerates.claim, (needsFee ? SECOND_STAGE_WEIGHT : 0) + SWEEP_WEIGHT)
  if (output.value <= cost) return []
  return [
    {
      type: 'publish',
      kind,
      transaction,
      prevouts: [output],
      bump: { type: needsFee ? 'attach' : 'none' },
      feeratePerKw: env.feerates.claim,
      ...(deadline === undefined ? {} : { deadline }),
    },
  ]
}

/** Everything to publish and watch for a channel that is being closed, as things stand at this height. */
export function resolutionEffects(closing: Closing, env: ChannelEnv, known?: Resolution): readonly Effect[] {
  const { channel } = closing
  const { ending, outputs } = known ?? resolve(closing, env)
  const watch: Effect = {
    type: 'watch',
    txids: ending ? [computeTxid(ending.transaction)] : [channel.fundingOutpoint.txid],
    outpoints: [channel.fundingOutpoint, ...outputs.map(({ tracked }) => tracked.outpoint)],
  }
  if (!ending) return [watch, ...publishEnding(closing, env)]
  const needsHistory = ending.what.type === 'revoked-commitment' && closing.htlcHistory === undefined
  return [
    watch,
    ...(needsHistory ? [{ type: 'load-htlc-history' } as const] : []),
    ...outputs.flatMap(({ tracked, spend }) => (spend ? [] : publishFor(tracked, channel.keysId, env))),
  ]
}
