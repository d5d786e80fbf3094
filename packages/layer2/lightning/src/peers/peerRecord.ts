import type { NetworkAddress } from '../state.ts'
import { boolean, list, stored, struct, text } from '../store/fields.ts'

/** A peer that we have (had) business with: how to find it again. */
export interface PeerRecord {
  readonly addresses: readonly NetworkAddress[]
  /** The user asked to stay connected. */
  readonly wanted: boolean
}

export const peerRecordCodec = stored<PeerRecord>(struct({ addresses: list(text), wanted: boolean }))
