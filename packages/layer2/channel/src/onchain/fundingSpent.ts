import type { Transaction } from '@ply/primitives'
import { createClosing } from '../closing/forceClose.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import type { Channel, ChannelState, ClosingCause } from '../state.ts'
import { onClosingBlock } from '../states/closing.ts'
import { notify, step } from '../step.ts'
import { spendsOutPoint } from './chainView.ts'
import { type FundingSpend, identifyFundingSpend } from './identify.ts'

function causeOf(what: FundingSpend | undefined): ClosingCause {
  if (what?.type === 'mutual-close') return { type: 'mutual' }
  // Our own commitment might be a revoked one in truth.
  return { type: what?.type === 'unknown' ? 'data-loss' : 'remote' }
}

/** Somebody spent the funding output of a channel that we thought was open. */
export function onFundingSpent(
  channel: Channel,
  signed: readonly Transaction[],
  event: Extract<ChannelEvent, { readonly type: 'block-connected' }>,
  env: ChannelEnv,
): Step<ChannelState> {
  const spend = event.transactions.find(({ transaction }) => spendsOutPoint(transaction, channel.fundingOutpoint))
  const what = spend && identifyFundingSpend(channel, spend.transaction, env.signer)
  const cause = causeOf(what)
  const closing = { ...createClosing(channel, cause), mutualCloses: signed }
  const next = onClosingBlock(closing, event, env)
  return step(next.state, notify({ kind: 'closing', cause }), ...next.effects)
}
