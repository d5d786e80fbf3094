import { equalBytes } from '@ply/bytes'
import { computeTxid } from '@ply/primitives'
import type { ChannelReady } from '@ply/wire'
import { forceClose } from '../closing/forceClose.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { BlockTransaction } from '../event.ts'
import { fundingOutput } from '../funding/initialCommitment.ts'
import {
  type Channel,
  type ChannelState,
  type LiveState,
  normalState,
  type WaitForChannelReady,
  type WaitForFundingConfirmed,
} from '../state.ts'
import { notify, send, step } from '../step.ts'

/** Confirmations after which a public channel may be announced (BOLT 7). */
const ANNOUNCEMENT_DEPTH = 6

/** Confirmations of the funding transaction; 0 while unconfirmed. */
export const fundingDepth = ({ fundingLocation }: Channel, height: number): number =>
  fundingLocation ? height - fundingLocation.height + 1 : 0

/** channel_ready for this channel: the point of our commitment number 1. */
export const channelReady = ({ channelId, keysId }: Channel, { signer }: ChannelEnv): Effect =>
  send({ type: 'channel_ready', channelId, secondPerCommitmentPoint: signer.perCommitmentPoint(keysId, 1) })

/** Announceable from the sixth confirmation on. */
export function announcementEffects({ announceChannel, fundingLocation }: Channel, depth: number): readonly Effect[] {
  if (!announceChannel || !fundingLocation || depth < ANNOUNCEMENT_DEPTH) return []
  return [notify({ kind: 'announceable', ...fundingLocation })]
}

/** Goes on as far as confirmations and channel_ready messages allow. */
export function advanceReadiness(
  state: WaitForFundingConfirmed | WaitForChannelReady,
  env: ChannelEnv,
  effects: readonly Effect[] = [],
): Step<ChannelState> {
  const { channel } = state
  if (state.kind === 'wait-for-funding-confirmed') {
    const depth = fundingDepth(channel, env.height)
    if (depth < Math.max(1, channel.minimumDepth)) return step(state, ...effects)
    const ready: WaitForChannelReady = { kind: 'wait-for-channel-ready', channel: { ...channel, localReady: true } }
    return advanceReadiness(ready, env, [...effects, channelReady(channel, env)])
  }
  if (!channel.remoteReady) return step(state, ...effects)
  const announce = announcementEffects(channel, fundingDepth(channel, env.height))
  return step(normalState(channel), ...effects, notify({ kind: 'ready' }), ...announce)
}

/** The peer's channel_ready: it brings the point of its commitment number 1, and perhaps an alias. */
export function onChannelReady<S extends LiveState>(state: S, { secondPerCommitmentPoint, alias }: ChannelReady): S {
  const { channel } = state
  const { commitments } = channel
  const withAlias = alias === undefined ? channel : { ...channel, remoteAlias: alias }
  if (channel.remoteReady) return alias === channel.remoteAlias ? state : { ...state, channel: withAlias }
  const next: Channel = {
    ...withAlias,
    remoteReady: true,
    commitments: { ...commitments, remoteNextPoint: secondPerCommitmentPoint },
  }
  return { ...state, channel: next }
}

/** Looks for the funding transaction in a block: where it stands, or that it does not pay what it should. */
export function locateFunding(
  state: LiveState,
  transactions: readonly BlockTransaction[],
  env: ChannelEnv,
): { readonly channel: Channel; readonly effects: readonly Effect[] } | { readonly failed: Step<ChannelState> } {
  const { channel } = state
  const { fundingOutpoint, fundingLocation } = channel
  const found = transactions.find(({ transaction }) => equalBytes(computeTxid(transaction), fundingOutpoint.txid))
  if (!found || fundingLocation?.height === env.height) return { channel, effects: [] }
  const output = found.transaction.outputs[fundingOutpoint.index]
  const expected = fundingOutput(channel)
  if (!output || output.value !== expected.value || !equalBytes(output.scriptPubKey, expected.scriptPubKey)) {
    return { failed: forceClose(channel, 'the funding transaction does not pay the funding output', env) }
  }
  const location = { height: env.height, txIndex: found.txIndex }
  return {
    channel: { ...channel, fundingLocation: location },
    effects: [notify({ kind: 'funding-confirmed', ...location })],
  }
}
