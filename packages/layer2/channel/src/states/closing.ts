import { equalBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { computeTxid, outPointKey } from '@ply/primitives'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { forgetUnfunded, isFundingOverdue } from '../funding/fundingEffects.ts'
import { isComplete } from '../onchain/completion.ts'
import { resolutionEffects } from '../onchain/resolutionEffects.ts'
import { resolve } from '../onchain/resolve.ts'
import { newSettlements } from '../onchain/settlements.ts'
import type { ChannelState, Closed, Closing } from '../state.ts'
import { notify, peerText, refuse, sendError, settle, step } from '../step.ts'

type BlockConnected = Extract<ChannelEvent, { readonly type: 'block-connected' }>

/** The closing with the place of its funding transaction, should the block hold it. */
function withFunding(
  closing: Closing,
  { height, transactions }: Pick<BlockConnected, 'height' | 'transactions'>,
): Closing {
  const { channel } = closing
  if (channel.fundingLocation) return closing
  const found = transactions.find(({ transaction }) =>
    equalBytes(computeTxid(transaction), channel.fundingOutpoint.txid),
  )
  return found ? { ...closing, channel: { ...channel, fundingLocation: { height, txIndex: found.txIndex } } } : closing
}

/** The closing with those transactions of a block that spend an output that we track, also of one another. */
function withBlock(closing: Closing, { height, transactions }: BlockConnected, env: ChannelEnv): Closing {
  let next = withFunding(closing, { height, transactions })
  const trackedBy = (state: Closing): Set<string> =>
    new Set([
      outPointKey(state.channel.fundingOutpoint),
      ...resolve(state, env).outputs.map(({ tracked }) => outPointKey(tracked.outpoint)),
    ])
  let tracked = trackedBy(next)
  for (const { transaction } of transactions) {
    if (!transaction.inputs.some(({ prevout }) => tracked.has(outPointKey(prevout)))) continue
    const txid = computeTxid(transaction)
    if (next.confirmed.some((known) => equalBytes(computeTxid(known.transaction), txid))) continue
    next = { ...next, confirmed: [...next.confirmed, { transaction, height }] }
    tracked = trackedBy(next)
  }
  return next
}

/** Reports what is decided, publishes what is due, and ends when nothing is left. */
function proceed(closing: Closing, env: ChannelEnv): Step<ChannelState> {
  const resolution = resolve(closing, env)
  const settlements = newSettlements(closing, resolution, env)
  const settledHtlcs = [
    ...closing.settledHtlcs,
    ...settlements.flatMap((settlement) =>
      settlement.kind === 'fulfilled' || settlement.kind === 'failed' ? [settlement.id] : [],
    ),
  ]
  const next = settlements.length > 0 ? { ...closing, settledHtlcs } : closing
  const effects = settlements.map(settle)
  if (!isComplete(next, resolution, env)) return step(next, ...effects, ...resolutionEffects(next, env, resolution))
  const { channelId, remoteNodeId } = closing.channel
  const reason = resolution.ending?.what.type ?? 'closed'
  const closed: Closed = { kind: 'closed', channelId, remoteNodeId, reason }
  return step(closed, ...effects, notify({ kind: 'closed', reason }))
}

/** The closing as it stood before the block of this height. */
function withoutBlock(closing: Closing, height: number): Closing {
  const { channel } = closing
  const confirmed = closing.confirmed.filter((known) => known.height < height)
  const same = confirmed.length === closing.confirmed.length
  const next = same ? closing : { ...closing, confirmed }
  if (!channel.fundingLocation || channel.fundingLocation.height < height) return next
  const { fundingLocation: _gone, ...rest } = channel
  return { ...next, channel: rest }
}

/** A block while the channel is being closed. */
export function onClosingBlock(closing: Closing, event: BlockConnected, env: ChannelEnv): Step<ChannelState> {
  const next = withBlock(closing, event, env)
  const { channel, confirmed } = next
  if (confirmed.length === 0 && isFundingOverdue(channel, event.height)) return forgetUnfunded(channel)
  const proceeded = proceed(next, env)
  const { ending } = resolve(next, env)
  const isNew = ending !== undefined && resolve(closing, env).ending === undefined
  if (!isNew) return proceeded
  const ended = notify({ kind: 'ended', by: ending.what.type, txid: computeTxid(ending.transaction) })
  return step(proceeded.state, ended, ...proceeded.effects)
}

function withPreimage(closing: Closing, id: bigint, preimage: Uint8Array): Closing {
  const { localCommit, remoteCommit } = closing.channel.commitments
  const hash = sha256(preimage)
  const concerned = [...localCommit.spec.htlcs, ...remoteCommit.spec.htlcs].some(
    (htlc) => htlc.direction === 'received' && htlc.id === id && equalBytes(htlc.paymentHash, hash),
  )
  const known = closing.preimages.some((other) => equalBytes(other, preimage))
  return concerned && !known ? { ...closing, preimages: [...closing.preimages, preimage] } : closing
}

/** Every event of a channel that is being closed. */
export function onClosing(state: Closing, event: ChannelEvent, env: ChannelEnv): Step<ChannelState> {
  switch (event.type) {
    case 'message': {
      const { message } = event
      if (message.type === 'error') return step(state, notify({ kind: 'peer-error', text: peerText(message.data) }))
      if (message.type === 'warning') return step(state, notify({ kind: 'peer-warning', text: peerText(message.data) }))
      // The peer wants to go on: it has missed that the channel failed.
      if (message.type === 'channel_reestablish' && state.cause.type !== 'mutual') {
        const reason = state.cause.type === 'local-force' ? state.cause.reason : 'the channel is closed'
        return step(state, sendError(state.channel.channelId, reason))
      }
      return step(state)
    }
    case 'fulfill-htlc': {
      const next = withPreimage(state, event.id, event.paymentPreimage)
      return next === state ? step(state) : proceed(next, env)
    }
    case 'htlc-history':
      return proceed({ ...state, htlcHistory: event.records }, env)
    case 'block-connected':
      return onClosingBlock(state, event, env)
    case 'block-disconnected': {
      const next = withoutBlock(state, event.height)
      return next === state ? step(state) : proceed(next, env)
    }
    case 'restored':
      return proceed(state, env)
    case 'force-close': {
      // A mutual close that does not confirm can be overtaken.
      if (state.cause.type !== 'mutual' || state.confirmed.length > 0) return step(state)
      return proceed({ ...state, cause: { type: 'local-force', reason: event.reason } }, env)
    }
    case 'add-htlc':
    case 'close':
    case 'update-fee':
    case 'funding-ready':
    case 'funding-failed':
      return refuse(state, event)
    case 'connected':
    case 'disconnected':
    case 'fail-htlc':
    case 'fail-malformed-htlc':
    case 'commit':
      return step(state)
  }
}
