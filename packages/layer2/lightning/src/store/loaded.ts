import { decodeHtlcRecord } from '@ply/channel'
import { bytesToHex } from '@ply/bytes'
import { drive } from '../channels/drive.ts'
import { findByKey } from '../channels/registry.ts'
import type { NodeEvent } from '../event.ts'
import type { Turn } from '../turn.ts'

/** The entries that a `load` effect asked for: the HTLC history of a channel that has something to punish. */
export function onLoaded(turn: Turn, { prefix, entries }: Extract<NodeEvent, { readonly type: 'loaded' }>): void {
  const entry = findByKey(turn.core, bytesToHex(prefix.subarray(1)))
  if (!entry) return
  const records = entries.flatMap(([, value]) => {
    const decoded = decodeHtlcRecord(value)
    return decoded.ok ? [decoded.value] : []
  })
  drive(turn, entry, { type: 'htlc-history', records })
}
