import { drive } from './channels/drive.ts'
import { forgetGone } from './htlc/resolve.ts'
import type { Turn } from './turn.ts'

/**
 * The first event after the process started: channels say again what a crash may have swallowed (transactions to
 * publish, outputs to watch, HTLCs to answer).
 */
export function onStart(turn: Turn): void {
  const { core, env } = turn
  for (const entry of [...core.channels.values()]) {
    entry.pausedAt = env.now
    drive(turn, entry, { type: 'restored' })
  }
  const outpoints = core.graph.fundingOutpoints()
  if (outpoints.length > 0) turn.effect({ type: 'watch', txids: [], outpoints })
  for (const entry of core.channels.values()) forgetGone(turn, entry)
}
