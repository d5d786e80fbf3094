import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { Channel, ChannelState } from '../state.ts'
import { notify, step } from '../step.ts'

/** Blocks after which an accepter forgets a channel that was never funded (BOLT 2). */
export const FUNDING_TIMEOUT_BLOCKS = 2016

/** A channel that the peer was to fund, and did not: whatever has been said since, nothing can be lost with it. */
export const isFundingOverdue = (channel: Channel, height: number): boolean =>
  !channel.isOpener &&
  !channel.localReady &&
  channel.fundingLocation === undefined &&
  height > channel.createdAt + FUNDING_TIMEOUT_BLOCKS

/** Ends such a channel. */
export function forgetUnfunded({ channelId, remoteNodeId }: Channel): Step<ChannelState> {
  const reason = 'the funding transaction did not confirm'
  return step({ kind: 'closed', channelId, remoteNodeId, reason }, notify({ kind: 'closed', reason }))
}

/** Publishes the funding transaction, if we have it, and watches for it and for what spends it. */
export function fundingEffects(
  { fundingOutpoint, fundingTransaction, fundingLocation }: Channel,
  env: ChannelEnv,
): readonly Effect[] {
  const watch: Effect = { type: 'watch', txids: [fundingOutpoint.txid], outpoints: [fundingOutpoint] }
  if (!fundingTransaction || fundingLocation) return [watch]
  return [
    watch,
    {
      type: 'publish',
      kind: 'funding',
      transaction: fundingTransaction,
      prevouts: [],
      bump: { type: 'none' },
      feeratePerKw: env.feerates.mutualClose,
    },
  ]
}
