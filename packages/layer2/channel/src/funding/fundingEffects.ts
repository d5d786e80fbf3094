import type { Effect } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { Channel } from '../state.ts'

/** Blocks after which an accepter forgets a channel that was never funded (BOLT 2). */
export const FUNDING_TIMEOUT_BLOCKS = 2016

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
