import { bytesToHex } from '@ply/bytes'
import type { Notification } from '@ply/channel'
import { onAnnounceable, onChannelReady, publishUpdate } from '../gossip/ownChannels.ts'
import { answerAgain } from '../htlc/resolve.ts'
import type { Turn } from '../turn.ts'
import { type ChannelEntry, channelIn } from './channelEntry.ts'
import { onOpeningClosed } from './opening.ts'
import { forgetChannel, indexChannel } from './registry.ts'

/** What a channel tells the node, beside the outcomes of HTLCs. */
export function onChannelNotice(turn: Turn, entry: ChannelEntry, notice: Notification): void {
  const { core } = turn
  switch (notice.kind) {
    case 'funding-required':
      entry.fundingHeld = true
      turn.effect({
        type: 'request-funding',
        fundingId: entry.handle,
        scriptPubKey: notice.output.scriptPubKey,
        valueSat: notice.output.value,
        feerate: notice.feeratePerKw,
      })
      return
    case 'channel-id':
      entry.wireId = bytesToHex(notice.channelId)
      indexChannel(core, entry)
      turn.notify({ type: 'channel-pending', channel: entry.wireId, peer: entry.peer })
      return
    case 'funding-confirmed':
      indexChannel(core, entry)
      return
    case 'ready': {
      const first = !entry.usable && entry.ownUpdate === undefined && entry.record.lastUpdateAt === 0
      entry.usable = true
      entry.pausedAt = undefined
      indexChannel(core, entry)
      onChannelReady(turn, entry)
      answerAgain(turn, entry)
      turn.toCommit.add(entry)
      if (first) turn.notify({ type: 'channel-opened', channel: entry.wireId, peer: entry.peer })
      return
    }
    case 'announceable':
      onAnnounceable(turn, entry)
      return
    case 'paused':
      entry.usable = false
      entry.pausedAt ??= turn.env.now
      return
    case 'closing': {
      entry.usable = false
      const { cause } = notice
      if (entry.record.announced && channelIn(entry)) publishUpdate(turn, entry, true)
      turn.notify({
        type: 'channel-closing',
        channel: entry.wireId,
        kind: cause.type === 'mutual' ? 'mutual' : 'force',
        reason: cause.type === 'local-force' ? cause.reason : cause.type,
      })
      return
    }
    case 'ended':
      return
    case 'closed':
      if (entry.funded) turn.notify({ type: 'channel-closed', channel: entry.wireId })
      onOpeningClosed(turn, entry, notice.reason)
      if (core.channels.has(entry.handle)) forgetChannel(turn, entry)
      return
    case 'violation':
      turn.notify({
        type: 'peer-warning',
        peer: entry.peer,
        message: `${notice.violation.code}: ${notice.violation.detail}`,
      })
      return
    case 'peer-error':
    case 'peer-warning':
      turn.notify({ type: 'peer-warning', peer: entry.peer, message: notice.text })
      return
    case 'refused':
      return
    case 'disconnect':
      turn.effect({ type: 'disconnect', peer: entry.peer, reason: 'channel error' })
      return
  }
}
