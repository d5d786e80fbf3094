import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import {
  type Channel,
  type ChannelEnv,
  type ChannelEvent,
  type ChannelState,
  type ChannelViolation,
  type Effect,
  type Htlc,
  type Settlement,
  type Step,
  transition,
  encodeState,
  encodeHtlcRecord,
} from '@ply/channel'
import { blockHeight } from '@ply/primitives'
import { isNegotiated } from '@ply/wire'
import { channelStoreKey, htlcHistoryKey, htlcHistoryPrefix } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { type ChannelEntry, channelIn } from './channelEntry.ts'
import { forgetChannel, indexChannel, storeRecord } from './registry.ts'

/** What the channel of an entry sees of the world now. */
export function channelEnv({ core, env, height }: Turn, peer: string): ChannelEnv {
  const remote = core.peers.get(peer)?.features
  return {
    height: blockHeight(height),
    chainHash: core.chainHash,
    feerates: { commitment: env.feerates.normal, mutualClose: env.feerates.normal, claim: env.feerates.urgent },
    policy: core.config.channelPolicy,
    signer: core.signer,
    walletScript: env.walletScript,
    anySegwitShutdown: remote !== undefined && isNegotiated(core.features, remote, 'option_shutdown_anysegwit'),
  }
}

/** Gives an event to a channel, stores its new state and passes its effects on. */
export function drive(turn: Turn, entry: ChannelEntry, event: ChannelEvent): void {
  applyStep(turn, entry, transition(entry.state, event, channelEnv(turn, entry.peer)))
}

/** What {@link drive} does with the outcome; also for the first step of a new channel. */
export function applyStep(turn: Turn, entry: ChannelEntry, { state, effects }: Step<ChannelState>): void {
  const before = channelIn(entry)
  entry.state = state
  turn.touched.add(entry)
  for (const effect of effects) applyEffect(turn, entry, effect)
  if (state.kind === 'closed' && before) removeHistory(turn, before)
}

function applyEffect(turn: Turn, entry: ChannelEntry, effect: Effect): void {
  switch (effect.type) {
    case 'persist':
      persistChannel(turn, entry, effect)
      return
    case 'forget':
      forgetChannel(turn, entry)
      return
    case 'send':
      turn.send(entry.peer, effect.message)
      return
    case 'publish':
      turn.effect({ ...effect, channel: entry.wireId })
      if (effect.kind === 'funding') onFundingPublished(turn, entry)
      return
    case 'watch':
      turn.effect(effect)
      return
    case 'load-htlc-history':
      turn.effect({ type: 'load', prefix: htlcHistoryPrefix(entry.wireId) })
      return
    case 'settle':
    case 'notify':
      turn.outcomes.push({ entry, effect })
      return
  }
}

function persistChannel(turn: Turn, entry: ChannelEntry, effect: Extract<Effect, { readonly type: 'persist' }>): void {
  const { state } = effect
  const { channelId } = state.kind === 'closed' ? state : state.channel
  entry.wireId = bytesToHex(channelId)
  indexChannel(turn.core, entry)
  turn.put(channelStoreKey(entry.wireId), () => encodeState(state))
  for (const record of effect.htlcs) {
    turn.put(htlcHistoryKey(entry.wireId, record.direction, record.id), () => encodeHtlcRecord(record))
  }
  if (entry.funded) return
  entry.funded = true
  storeRecord(turn, entry)
}

/** Nothing of the channel can be punished any more. */
function removeHistory(turn: Turn, { channelId, commitments }: Channel): void {
  const key = bytesToHex(channelId)
  for (let id = 0n; id < commitments.localNextHtlcId; id++) turn.remove(htlcHistoryKey(key, 'offered', id))
  for (let id = 0n; id < commitments.remoteNextHtlcId; id++) turn.remove(htlcHistoryKey(key, 'received', id))
}

/** The user's part of an opening is over: what is left is up to the chain. */
function onFundingPublished(turn: Turn, entry: ChannelEntry): void {
  entry.fundingHeld = false
  const { openRequest, state } = entry
  if (openRequest === undefined || state.kind !== 'wait-for-funding-confirmed') return
  entry.openRequest = undefined
  const { fundingOutpoint } = state.channel
  turn.reply(openRequest, {
    type: 'open-channel',
    channel: entry.wireId,
    fundingTxid: fundingOutpoint.txid,
    fundingIndex: fundingOutpoint.index,
  })
}

/** What one offers in `update_add_htlc`. */
export type HtlcOffer = Pick<Htlc, 'amountMsat' | 'paymentHash' | 'cltvExpiry' | 'onionRoutingPacket'>

const REF = 'offer'

const isAnswer = (settlement: Settlement): settlement is Extract<Settlement, { readonly kind: 'added' | 'refused' }> =>
  (settlement.kind === 'added' || settlement.kind === 'refused') && settlement.ref === REF

/** Offers an HTLC over a channel: its id, or the rule that speaks against it. Signed when the turn ends. */
export function offerHtlc(turn: Turn, entry: ChannelEntry, offer: HtlcOffer): Result<bigint, ChannelViolation> {
  const step = transition(entry.state, { type: 'add-htlc', ref: REF, ...offer }, channelEnv(turn, entry.peer))
  for (const effect of step.effects) {
    if (effect.type !== 'settle' || !isAnswer(effect.settlement)) continue
    if (effect.settlement.kind === 'refused') return err(effect.settlement.violation)
    applyStep(turn, entry, step)
    turn.toCommit.add(entry)
    return ok(effect.settlement.id)
  }
  return err({ code: 'channel-not-ready', detail: `state ${entry.state.kind}` })
}
