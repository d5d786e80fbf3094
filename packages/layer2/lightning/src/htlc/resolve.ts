import { unreachable } from '@ply/bytes'
import type { Commitments } from '@ply/channel'
import type { ChannelEntry } from '../channels/channelEntry.ts'
import { channelIn } from '../channels/channelEntry.ts'
import { drive } from '../channels/drive.ts'
import { findByKey, forgetIncoming } from '../channels/registry.ts'
import { incomingKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { type Disposition, type IncomingHtlc, incomingHtlcCodec, htlcKey } from './incomingHtlc.ts'

/** Stores what is to become of a peer's HTLC, and does it if it is decided. */
export function resolveIncoming(turn: Turn, entry: ChannelEntry, htlc: IncomingHtlc): void {
  const key = htlcKey(htlc.channel, htlc.id)
  turn.core.incoming.set(key, htlc)
  entry.incoming.add(key)
  turn.put(incomingKey(htlc.channel, htlc.id), () => incomingHtlcCodec.encode(htlc))
  answer(turn, entry, htlc)
}

/** Decides about an HTLC that was undecided. */
export function decideIncoming(turn: Turn, htlc: IncomingHtlc, disposition: Disposition): void {
  const entry = findByKey(turn.core, htlc.channel)
  if (entry) resolveIncoming(turn, entry, { ...htlc, disposition })
}

/** Says to the channel what was decided. It ignores what it knows. */
export function answer(turn: Turn, entry: ChannelEntry, { id, disposition }: IncomingHtlc): void {
  switch (disposition.type) {
    case 'forwarded':
    case 'held':
      return
    case 'fulfilled':
      drive(turn, entry, { type: 'fulfill-htlc', id, paymentPreimage: disposition.preimage })
      break
    case 'failed':
      drive(turn, entry, { type: 'fail-htlc', id, reason: disposition.reason })
      break
    case 'malformed': {
      const { sha256OfOnion, failureCode } = disposition
      drive(turn, entry, { type: 'fail-malformed-htlc', id, sha256OfOnion, failureCode })
      break
    }
    default:
      unreachable(disposition)
  }
  turn.toCommit.add(entry)
}

/** A received HTLC stands in some commitment, or is on its way into one. */
function isPresent({ localCommit, remoteCommit, nextRemoteCommit, remoteChanges }: Commitments, id: bigint): boolean {
  const specs = [localCommit.spec, remoteCommit.spec, nextRemoteCommit?.commit.spec]
  if (specs.some((spec) => spec?.htlcs.some((htlc) => htlc.direction === 'received' && htlc.id === id))) return true
  return Object.values(remoteChanges).some((updates) =>
    updates.some((update) => update.type === 'add' && update.htlc.id === id),
  )
}

const isAnswered = ({ localChanges }: Commitments, id: bigint): boolean =>
  Object.values(localChanges).some((updates) =>
    updates.some((update) => update.type !== 'add' && update.type !== 'fee' && update.id === id),
  )

/** After a reconnection: answers again what the peer has not heard. */
export function answerAgain(turn: Turn, entry: ChannelEntry): void {
  const commitments = channelIn(entry)?.commitments
  if (!commitments) return
  for (const key of entry.incoming) {
    const htlc = turn.core.incoming.get(key)
    if (htlc && isPresent(commitments, htlc.id) && !isAnswered(commitments, htlc.id)) answer(turn, entry, htlc)
  }
}

/** Drops the records of HTLCs that are in no commitment of a live channel any more. */
export function forgetGone(turn: Turn, entry: ChannelEntry): void {
  const { state } = entry
  const commitments = channelIn(entry)?.commitments
  if (!commitments || state.kind === 'closing') return
  for (const key of entry.incoming) {
    const htlc = turn.core.incoming.get(key)
    if (!htlc || !isPresent(commitments, htlc.id)) forgetIncoming(turn, entry, key)
  }
}
