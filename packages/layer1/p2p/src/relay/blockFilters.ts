import { type BlockHash, hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_FILTER_HASHES, NODE_COMPACT_FILTERS } from '../protocol.ts'
import { mayServe } from '../sync/serveData.ts'
import type { HeaderEntry } from '../views.ts'

/** The only type of filters there is (BIP 158). */
const BASIC = 0
const MAX_FILTERS = 1000
const CHECKPOINT_INTERVAL = 1000
/** Filters read at once: what a slow reader makes us hold. */
const BATCH = 100

/** What a peer asked for about filters (BIP 157), and how far it got it. */
export type FilterRequest =
  | { readonly type: 'filters'; readonly next: number; readonly stop: HeaderEntry }
  | { readonly type: 'headers'; readonly start: number; readonly stop: HeaderEntry }
  | { readonly type: 'checkpoints'; readonly stop: HeaderEntry }

/** Filters, hashes of filters and filter headers, of the blocks for which they were asked. */
export interface FilterData {
  readonly filters: readonly Uint8Array[]
  readonly hashes: readonly Uint8Array[]
  readonly headers: readonly Uint8Array[]
}

interface Wanted {
  readonly filterType: number
  readonly startHeight: number
  readonly stop: BlockHash
  readonly most: number
}

/** Violation `invalid-filter-request`. */
function findStop(
  network: Network,
  peer: Peer,
  { filterType, startHeight, stop, most }: Wanted,
): HeaderEntry | undefined {
  const refuse = (words: string): undefined => void network.misbehaved(peer, 'invalid-filter-request', words)
  if (filterType !== BASIC || (network.options.services & NODE_COMPACT_FILTERS) === 0n) {
    return refuse(`peer requested unsupported block filter type: ${filterType}`)
  }
  const entry = network.chain.header(stop)
  if (!entry || !mayServe(network, entry)) {
    return refuse(`peer requested invalid block hash: ${hashToDisplay(stop)}`)
  }
  const { height } = entry
  if (startHeight > height) {
    const words = `start height ${startHeight} and stop height ${height}`
    return refuse(`peer sent invalid getcfilters/getcfheaders with ${words}`)
  }
  if (height - startHeight >= most) {
    return refuse(`peer requested too many cfilters/cfheaders: ${height - startHeight + 1} / ${most}`)
  }
  return entry
}

type RangeRequest = Omit<Wanted, 'most'>

/** A `getcfilters`. */
export function requestFilters(network: Network, peer: Peer, range: RangeRequest): void {
  const stop = findStop(network, peer, { ...range, most: MAX_FILTERS })
  if (stop) peer.filterRequest = { type: 'filters', next: range.startHeight, stop }
}

/** A `getcfheaders`. */
export function requestFilterHeaders(network: Network, peer: Peer, range: RangeRequest): void {
  const stop = findStop(network, peer, { ...range, most: MAX_FILTER_HASHES })
  if (stop) peer.filterRequest = { type: 'headers', start: range.startHeight, stop }
}

/** A `getcfcheckpt`. */
export function requestCheckpoints(network: Network, peer: Peer, request: Omit<RangeRequest, 'startHeight'>): void {
  const stop = findStop(network, peer, { ...request, startHeight: 0, most: Infinity })
  if (stop) peer.filterRequest = { type: 'checkpoints', stop }
}

/** Asks the shell for what the peer gets next. */
export function loadFilters(network: Network, peer: Peer, request: FilterRequest): void {
  const { chain } = network
  const blocks = (from: number, to: number, step = 1): BlockHash[] => {
    const hashes: BlockHash[] = []
    for (let height = from; height <= to; height += step) {
      const entry = chain.ancestor(request.stop, height)
      if (entry) hashes.push(entry.hash)
    }
    return hashes
  }
  const { height } = request.stop
  const wanted = { filters: [] as BlockHash[], hashes: [] as BlockHash[], headers: [] as BlockHash[] }
  if (request.type === 'filters') wanted.filters = blocks(request.next, Math.min(height, request.next + BATCH - 1))
  else if (request.type === 'checkpoints') wanted.headers = blocks(CHECKPOINT_INTERVAL, height, CHECKPOINT_INTERVAL)
  else {
    wanted.hashes = blocks(request.start, height)
    if (request.start > 0) wanted.headers = blocks(request.start - 1, request.start - 1)
  }
  peer.loadingFilters = true
  network.emit({ type: 'load-filters', peer: peer.id, ...wanted })
}

/** Sends what the shell found; nothing more if it lacks some, as while the index is being built. */
export function serveFilters(network: Network, peer: Peer, request: FilterRequest, data: FilterData | undefined): void {
  peer.filterRequest = undefined
  if (!data) {
    network.log(`Failed to find block filter in index: stop_hash=${hashToDisplay(request.stop.hash)}`)
    return
  }
  const { hash: stop, height } = request.stop
  switch (request.type) {
    case 'filters':
      for (const [i, filter] of data.filters.entries()) {
        const block = network.chain.ancestor(request.stop, request.next + i)
        if (block) network.send(peer, { command: 'cfilter', filterType: BASIC, block: block.hash, filter })
      }
      if (request.next + BATCH <= height) peer.filterRequest = { ...request, next: request.next + BATCH }
      return
    case 'headers': {
      const previousHeader = data.headers[0] ?? new Uint8Array(32)
      network.send(peer, { command: 'cfheaders', filterType: BASIC, stop, previousHeader, hashes: data.hashes })
      return
    }
    case 'checkpoints':
      network.send(peer, { command: 'cfcheckpt', filterType: BASIC, stop, headers: data.headers })
      return
  }
}
