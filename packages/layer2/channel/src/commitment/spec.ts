import { msats } from '@ply/primitives'
import type { CommitmentSpec, Htlc, Update } from './commitments.ts'

/** The HTLC of a commitment with this id, seen from us. */
export const findHtlc = (spec: CommitmentSpec, direction: Htlc['direction'], id: bigint): Htlc | undefined =>
  spec.htlcs.find((htlc) => htlc.direction === direction && htlc.id === id)

/** One update of the side `sender` applied. A removal whose HTLC is not there changes nothing. */
function applyUpdate(spec: CommitmentSpec, update: Update, sender: 'local' | 'remote'): CommitmentSpec {
  switch (update.type) {
    case 'add': {
      const { amountMsat } = update.htlc
      const htlcs = [...spec.htlcs, update.htlc]
      return sender === 'local'
        ? { ...spec, htlcs, toLocalMsat: msats(spec.toLocalMsat - amountMsat) }
        : { ...spec, htlcs, toRemoteMsat: msats(spec.toRemoteMsat - amountMsat) }
    }
    case 'fulfill':
    case 'fail':
    case 'fail-malformed': {
      // A side removes what the other side offered; a fulfilled HTLC pays the side that removes it.
      const htlc = findHtlc(spec, sender === 'local' ? 'received' : 'offered', update.id)
      if (!htlc) return spec
      const htlcs = spec.htlcs.filter((other) => other !== htlc)
      const paysLocal = (update.type === 'fulfill') === (sender === 'local')
      return paysLocal
        ? { ...spec, htlcs, toLocalMsat: msats(spec.toLocalMsat + htlc.amountMsat) }
        : { ...spec, htlcs, toRemoteMsat: msats(spec.toRemoteMsat + htlc.amountMsat) }
    }
    case 'fee':
      return { ...spec, feeratePerKw: update.feeratePerKw }
  }
}

/** A commitment with our and the peer's updates applied: additions of both first, so that a removal finds its HTLC. */
export function reduceSpec(
  spec: CommitmentSpec,
  localUpdates: readonly Update[],
  remoteUpdates: readonly Update[],
): CommitmentSpec {
  let reduced = spec
  const apply = (updates: readonly Update[], sender: 'local' | 'remote', adds: boolean): void => {
    for (const update of updates) if ((update.type === 'add') === adds) reduced = applyUpdate(reduced, update, sender)
  }
  apply(localUpdates, 'local', true)
  apply(remoteUpdates, 'remote', true)
  apply(localUpdates, 'local', false)
  apply(remoteUpdates, 'remote', false)
  return reduced
}
