import { type Channel, computeAvailableToSend } from '@ply/channel'
import { type ChannelEntry, channelIn } from './channelEntry.ts'

/** What one HTLC of ours could carry over the channel now, in msat. */
export function spendableMsat(entry: ChannelEntry): bigint {
  const channel = channelIn(entry)
  return channel && entry.usable ? computeAvailableToSend(channel) : 0n
}

/** About what one HTLC of the peer could carry; what the peer keeps for fees, if it opened the channel, is its affair. */
export function receivableMsat({ local, commitments }: Channel): bigint {
  const { toRemoteMsat, htlcs } = commitments.localCommit.spec
  const inFlight = htlcs.reduce((sum, htlc) => (htlc.direction === 'received' ? sum + htlc.amountMsat : sum), 0n)
  const owned = toRemoteMsat - local.channelReserveSatoshis * 1000n
  const room = local.maxHtlcValueInFlightMsat - inFlight
  const most = owned < room ? owned : room
  return most > 0n ? most : 0n
}
