import { type Msats, msats } from '@ply/primitives'
import { latestRemoteSpec, proposedRemoteSpec } from './commitment/views.ts'
import { computeFeeSpikeBuffer, computeHeadroom } from './htlc/affordability.ts'
import type { Channel } from './state.ts'

/** A channel's money as its owner sees it, in msat. */
export interface ChannelBalance {
  /** Ours, without HTLCs in flight and before the opener's fee. */
  readonly localMsat: Msats
  readonly remoteMsat: Msats
  /** In HTLCs that we offered, and that the peer offered. */
  readonly offeredMsat: Msats
  readonly receivedMsat: Msats
  /** The most that one more HTLC of ours may carry now. */
  readonly availableToSendMsat: Msats
}

/** What a channel holds and what can be sent over it. */
export function computeBalance(channel: Channel): ChannelBalance {
  const { commitments } = channel
  const { toLocalMsat, toRemoteMsat, htlcs } = latestRemoteSpec(commitments)
  const sum = (direction: 'offered' | 'received'): Msats =>
    msats(htlcs.reduce((total, htlc) => (htlc.direction === direction ? total + htlc.amountMsat : total), 0n))
  return {
    localMsat: toLocalMsat,
    remoteMsat: toRemoteMsat,
    offeredMsat: sum('offered'),
    receivedMsat: sum('received'),
    availableToSendMsat: computeAvailableToSend(channel),
  }
}

/** The most that `add-htlc` takes now; what is under it may still be refused as dust or by the number of HTLCs. */
export function computeAvailableToSend(channel: Channel): Msats {
  const { commitments, remote } = channel
  const spec = proposedRemoteSpec(commitments)
  const offered = spec.htlcs.filter((htlc) => htlc.direction === 'offered')
  if (offered.length >= remote.maxAcceptedHtlcs) return msats(0)
  const inFlight = offered.reduce((total, htlc) => total + htlc.amountMsat, 0n)
  // A further HTLC output costs the opener its weight: seen as one of the largest amount.
  const withOneMore = { ...spec, htlcs: [...spec.htlcs, SAMPLE_HTLC] }
  const own = computeHeadroom(channel, { side: 'local', owner: 'remote' }, withOneMore)
  const buffer = channel.isOpener ? computeFeeSpikeBuffer(channel, 'remote', withOneMore) : 0n
  const room = remote.maxHtlcValueInFlightMsat - inFlight
  const available = own - buffer < room ? own - buffer : room
  return msats(available > 0n ? available : 0n)
}

const SAMPLE_HTLC = {
  direction: 'offered',
  id: -1n,
  amountMsat: msats(2n ** 60n),
  paymentHash: new Uint8Array(32),
  cltvExpiry: 0,
  onionRoutingPacket: new Uint8Array(0),
} as const
