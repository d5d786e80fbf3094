import type { Commitments, Update } from '../commitment/commitments.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { LiveState, Offline, Syncing } from '../state.ts'
import { notify, settle } from '../step.ts'
import { createReestablish } from './syncing.ts'

/**
 * Forgets what was said but not signed (BOLT 2, upon disconnection). Our own unsigned additions and fees are dropped
 * and reported; our unsigned removals are kept and sent again.
 */
function discardUnsigned(commitments: Commitments): { commitments: Commitments; dropped: readonly Update[] } {
  const { localChanges, remoteChanges } = commitments
  const isRemoval = (update: Update): boolean => update.type !== 'add' && update.type !== 'fee'
  const kept = localChanges.proposed.filter(isRemoval)
  const dropped = localChanges.proposed.filter((update) => !isRemoval(update))
  if (dropped.length === 0 && remoteChanges.proposed.length === 0) return { commitments, dropped }
  const countAdds = (updates: readonly Update[]): bigint =>
    BigInt(updates.filter((update) => update.type === 'add').length)
  return {
    dropped,
    commitments: {
      ...commitments,
      localChanges: { ...localChanges, proposed: kept },
      remoteChanges: { ...remoteChanges, proposed: [] },
      localNextHtlcId: commitments.localNextHtlcId - countAdds(dropped),
      remoteNextHtlcId: commitments.remoteNextHtlcId - countAdds(remoteChanges.proposed),
    },
  }
}

/** The connection is lost. */
export function goOffline(state: LiveState): Step<Offline> {
  const { commitments, dropped } = discardUnsigned(state.channel.commitments)
  const inner: LiveState =
    commitments === state.channel.commitments ? state : { ...state, channel: { ...state.channel, commitments } }
  const failed = dropped.flatMap((update) =>
    update.type === 'add'
      ? [
          settle({
            kind: 'failed',
            id: update.htlc.id,
            paymentHash: update.htlc.paymentHash,
            failure: { type: 'dropped' },
          }),
        ]
      : [],
  )
  return { state: { kind: 'offline', inner }, effects: [...failed, notify({ kind: 'paused' })] }
}

/** The connection is up: we say where we stand, and wait to hear where the peer stands. */
export function goSyncing(inner: LiveState, env: ChannelEnv): Step<Syncing> {
  return { state: { kind: 'syncing', inner }, effects: [createReestablish(inner.channel, env)] }
}
