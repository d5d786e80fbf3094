import { type EvictionCandidate, type Host, type PeerId, type Permission, selectEviction } from '@ply/p2p'
import type { Unwanted } from './unwanted.ts'

export interface Arrival {
  /** Undefined where the address says nothing, as behind an onion service. */
  readonly host: Host | undefined
  readonly permissions: ReadonlySet<Permission>
}

export interface InboundPlaces {
  readonly unwanted: Unwanted
  readonly most: number
  /** Inbound connections. */
  readonly taken: number
  /** Those of them that may have to go. */
  candidates(): readonly EvictionCandidate[]
}

/** `refused`: why. `admitted`: who has to go for it, if somebody has to. */
export type Admission =
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'admitted'; readonly preferEvict: boolean; readonly evicted: PeerId | undefined }

/** Decides who may come in. The reasons are Bitcoin Core's words. */
export function admit({ host, permissions }: Arrival, places: InboundPlaces): Admission {
  const { unwanted, taken, most } = places
  const trusted = permissions.has('noban')
  if (host && !trusted && unwanted.isBanned(host)) return { type: 'refused', reason: 'dropped (banned)' }
  const preferEvict = host !== undefined && unwanted.isDiscouraged(host)
  if (preferEvict && !trusted && taken + 1 >= most) return { type: 'refused', reason: 'dropped (discouraged)' }
  if (taken < most) return { type: 'admitted', preferEvict, evicted: undefined }
  const evicted = selectEviction(places.candidates())
  if (evicted === undefined) {
    return { type: 'refused', reason: 'failed to find an eviction candidate - connection dropped (full)' }
  }
  return { type: 'admitted', preferEvict, evicted }
}
