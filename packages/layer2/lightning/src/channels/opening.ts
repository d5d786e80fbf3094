import { bytesToHex, hexToBytes, utf8ToBytes } from '@ply/bytes'
import { awaitChannel, openChannel, restingState } from '@ply/channel'
import { MAX_MONEY, msats, sats } from '@ply/primitives'
import { type ChannelId, computeChannelId, type FundingCreated, type NodeId, type OpenChannel } from '@ply/wire'
import type { Command } from '../command.ts'
import type { NodeEvent } from '../event.ts'
import type { PeerId, RequestId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { type ChannelEntry, channelIn } from './channelEntry.ts'
import { applyStep, channelEnv, drive } from './drive.ts'
import { findByWireId, forgetChannel, indexChannel } from './registry.ts'

/** Channels that one peer may have between `open_channel` and the first confirmation, connected or not. */
const MAX_OPENING = 5
/** And all peers together: what they open costs them nothing before it confirms. */
const MAX_OPENING_BY_ALL = 200

/** A peer's channel whose funding no block has shown: whatever else its state is. */
function isUnfunded(entry: ChannelEntry): boolean {
  const channel = channelIn(entry)
  if (!channel) return entry.openRequest === undefined
  return !channel.isOpener && channel.fundingLocation === undefined
}

function createEntry(
  turn: Turn,
  fields: Pick<ChannelEntry, 'peer' | 'state' | 'wireId' | 'openRequest'>,
): ChannelEntry {
  const { core, env } = turn
  return {
    ...fields,
    startedAt: env.now,
    handle: `opening-${core.nextOpening++}-${fields.wireId}`,
    record: {
      peer: fields.peer,
      policy: core.config.forwarding,
      lastUpdateAt: 0,
      remoteUpdate: undefined,
      remoteSignatures: undefined,
      announced: false,
    },
    funded: false,
    fundingHeld: false,
    previousPolicy: undefined,
    pausedAt: undefined,
    usable: false,
    announceable: false,
    signaturesSent: false,
    ownUpdate: undefined,
    remoteUpdate: undefined,
    incoming: new Set(),
  }
}

/** The user wants a channel with a connected peer. */
export function onOpenChannel(
  turn: Turn,
  requestId: RequestId,
  command: Extract<Command, { readonly type: 'open-channel' }>,
): void {
  const { core, env } = turn
  const { peer, fundingSat, pushMsat = 0n, announce } = command
  if (!core.peers.get(peer)?.features) {
    turn.refuse(requestId, 'peer-not-connected', `not connected to ${peer}`)
    return
  }
  if (fundingSat <= 0n || fundingSat > MAX_MONEY || pushMsat < 0n || pushMsat > fundingSat * 1000n) {
    turn.refuse(requestId, 'bad-amount', `${fundingSat} sat, of them ${pushMsat} msat to the peer`)
    return
  }
  const temporaryChannelId = env.entropy.bytes(32) as ChannelId
  const baseEnv = channelEnv(turn, peer)
  const feerates = { ...baseEnv.feerates, commitment: command.feerate ?? baseEnv.feerates.commitment }
  const first = openChannel(
    {
      temporaryChannelId,
      keysId: env.entropy.bytes(32),
      remoteNodeId: hexToBytes(peer) as NodeId,
      fundingSatoshis: sats(fundingSat),
      pushMsat: msats(pushMsat),
      announceChannel: announce,
      format: 'anchors',
    },
    { ...baseEnv, feerates },
  )
  const entry = createEntry(turn, {
    peer,
    state: first.state,
    wireId: bytesToHex(temporaryChannelId),
    openRequest: requestId,
  })
  indexChannel(core, entry)
  applyStep(turn, entry, first)
}

/** A peer wants a channel with us. */
export function onOpenChannelMessage(turn: Turn, peer: PeerId, message: OpenChannel): void {
  const { core, env } = turn
  const unfunded = [...core.channels.values()].filter(isUnfunded)
  const ofPeer = unfunded.filter((entry) => entry.peer === peer).length
  if (
    ofPeer >= MAX_OPENING ||
    unfunded.length >= MAX_OPENING_BY_ALL ||
    findByWireId(core, peer, message.temporaryChannelId)
  ) {
    turn.send(peer, {
      type: 'error',
      channelId: message.temporaryChannelId,
      data: utf8ToBytes('too many channels are being opened'),
    })
    return
  }
  const entry = createEntry(turn, {
    peer,
    state: awaitChannel(hexToBytes(peer) as NodeId, env.entropy.bytes(32)),
    wireId: bytesToHex(message.temporaryChannelId),
    openRequest: undefined,
  })
  indexChannel(core, entry)
  drive(turn, entry, { type: 'message', message })
}

/**
 * The peer names the funding outpoint. One that a channel of ours has, with whomever, would take that channel's id, and
 * its place in the store: then nothing comes of this one. True if it was refused.
 */
export function refuseKnownFunding(turn: Turn, peer: PeerId, message: FundingCreated): boolean {
  const { core } = turn
  const entry = findByWireId(core, peer, message.temporaryChannelId)
  if (!entry || restingState(entry.state)) return false
  const id = bytesToHex(computeChannelId({ txid: message.fundingTxid, index: message.fundingOutputIndex }))
  if (![...core.channels.values()].some((other) => other !== entry && other.wireId === id)) return false
  const data = utf8ToBytes('this funding outpoint belongs to another channel')
  turn.send(peer, { type: 'error', channelId: message.temporaryChannelId, data })
  forgetChannel(turn, entry)
  return true
}

/** The wallet's answer for the channel that asked for coins. */
export function onFundingAnswer(
  turn: Turn,
  event: Extract<NodeEvent, { readonly type: 'funding-created' | 'funding-failed' }>,
): void {
  const entry = turn.core.channels.get(event.fundingId)
  if (event.type === 'funding-failed') {
    if (!entry) return
    entry.fundingHeld = false
    drive(turn, entry, { type: 'funding-failed', reason: event.reason })
    return
  }
  if (entry?.state.kind !== 'wait-for-funding-transaction') {
    // The peer gave up while the wallet signed.
    turn.effect({ type: 'release-funding', fundingId: event.fundingId })
    if (entry) entry.fundingHeld = false
    return
  }
  entry.fundingHeld = true
  drive(turn, entry, {
    type: 'funding-ready',
    transaction: event.transaction,
    outputIndex: event.outputIndex,
  })
}

/** Patience with a silent peer: shorter where our own coins are held back for it. In seconds. */
const OWN_OPENING_TIMEOUT = 120
const PEER_OPENING_TIMEOUT = 600

/** Gives up openings that have come to a standstill. */
export function expireOpenings(turn: Turn): void {
  for (const entry of [...turn.core.channels.values()]) {
    if (restingState(entry.state)) continue
    const timeout = entry.openRequest === undefined ? PEER_OPENING_TIMEOUT : OWN_OPENING_TIMEOUT
    if (turn.env.now >= entry.startedAt + timeout) drive(turn, entry, { type: 'force-close', reason: 'no answer' })
  }
}

/** An opening ended before there was a channel: the user who waits for it hears why. */
export function onOpeningClosed(turn: Turn, entry: ChannelEntry, reason: string): void {
  if (entry.openRequest !== undefined) turn.refuse(entry.openRequest, 'channel-refused', reason)
  entry.openRequest = undefined
  if (!entry.funded) forgetChannel(turn, entry)
}
