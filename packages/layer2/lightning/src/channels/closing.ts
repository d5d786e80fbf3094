import type { Command } from '../command.ts'
import type { RequestId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { drive } from './drive.ts'
import { findByKey } from './registry.ts'

/** The user wants to end a channel. */
export function onCloseChannel(
  turn: Turn,
  requestId: RequestId,
  { channel, force, script }: Extract<Command, { readonly type: 'close-channel' }>,
): void {
  const entry = findByKey(turn.core, channel)
  if (!entry) {
    turn.refuse(requestId, 'unknown-channel', channel)
    return
  }
  const { kind } = entry.state
  if (kind === 'closing' || kind === 'closed') {
    turn.refuse(requestId, 'channel-not-usable', `the channel is ${kind} already`)
    return
  }
  if (force) {
    drive(turn, entry, { type: 'force-close', reason: 'asked for by the user' })
  } else if (turn.core.peers.get(entry.peer)?.features) {
    drive(turn, entry, { type: 'close', ...(script ? { scriptPubKey: script } : {}) })
    turn.toCommit.add(entry)
  } else {
    turn.refuse(requestId, 'peer-not-connected', 'closing by agreement needs the peer; close by force or wait')
    return
  }
  turn.reply(requestId, { type: 'close-channel', channel })
}
