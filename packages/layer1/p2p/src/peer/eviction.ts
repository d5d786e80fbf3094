import type { PeerId } from '../event.ts'

/** What is known of an inbound connection when one has to go. Times are milliseconds since the Unix epoch. */
export interface EvictionCandidate {
  readonly id: PeerId
  readonly connectedAt: number
  /** Least round trip, in milliseconds; Infinity before the first. */
  readonly minPingTime: number
  /** When it last sent a block, and a transaction, that was new and valid; 0 for never. */
  readonly lastBlockAt: number
  readonly lastTxAt: number
  /** It serves blocks with witnesses. */
  readonly relevantServices: boolean
  readonly relaysTransactions: boolean
  readonly bloomFilter: boolean
  /** Its network group, as a number that nobody outside can guess. */
  readonly keyedNetGroup: bigint
  /** Came in when its host was discouraged already. */
  readonly preferEvict: boolean
  readonly local: boolean
  /** Networks whose peers are slower than others through no fault of theirs. */
  readonly network: 'onion' | 'i2p' | 'cjdns' | 'other'
}

type Compare = (a: EvictionCandidate, b: EvictionCandidate) => number
type Predicate = (candidate: EvictionCandidate) => boolean

const falseFirst = (a: boolean, b: boolean): number => Number(a) - Number(b)
const longestLast: Compare = (a, b) => b.connectedAt - a.connectedAt
const fastestLast: Compare = (a, b) => (a.minPingTime === b.minPingTime ? 0 : b.minPingTime - a.minPingTime)
const byNetGroup: Compare = (a, b) =>
  a.keyedNetGroup < b.keyedNetGroup ? -1 : a.keyedNetGroup > b.keyedNetGroup ? 1 : 0

const byLastTx: Compare = (a, b) =>
  a.lastTxAt - b.lastTxAt ||
  falseFirst(a.relaysTransactions, b.relaysTransactions) ||
  falseFirst(b.bloomFilter, a.bloomFilter) ||
  longestLast(a, b)

const byLastBlock: Compare = (a, b) =>
  a.lastBlockAt - b.lastBlockAt || falseFirst(a.relevantServices, b.relevantServices) || longestLast(a, b)

const byBlockRelayOnly: Compare = (a, b) => falseFirst(b.relaysTransactions, a.relaysTransactions) || byLastBlock(a, b)

/** Sorts in place and takes the last `count` away, or those of them for which `only` holds. */
function protect(candidates: EvictionCandidate[], compare: Compare, count: number, only: Predicate = () => true): void {
  candidates.sort(compare)
  const from = candidates.length - Math.min(count, candidates.length)
  const kept = candidates.filter((candidate, i) => i < from || !only(candidate))
  candidates.splice(0, candidates.length, ...kept)
}

/** In the order in which equal numbers are served. */
const DISADVANTAGED: readonly Predicate[] = [
  ({ network }) => network === 'cjdns',
  ({ network }) => network === 'i2p',
  ({ local }) => local,
  ({ network }) => network === 'onion',
]

/** Protects up to a quarter of the candidates for the network they come from; returns how many. */
function protectDisadvantaged(candidates: EvictionCandidate[], most: number): number {
  const networks = DISADVANTAGED.map((member) => ({ member, count: candidates.filter(member).length }))
  networks.sort((a, b) => a.count - b.count)
  let total = 0
  while (total < most) {
    const present = networks.filter(({ count }) => count > 0)
    const share = Math.max(1, Math.floor((most - total) / present.length))
    const before = total
    for (const network of present) {
      const { length } = candidates
      const membersLast: Compare = (a, b) => falseFirst(network.member(a), network.member(b)) || longestLast(a, b)
      protect(candidates, membersLast, share, network.member)
      network.count -= length - candidates.length
      total += length - candidates.length
      if (total >= most) break
    }
    if (total === before) break
  }
  return total
}

/** Protects half of the candidates: those connected longest, with up to half of the places for slow networks. */
function protectByRatio(candidates: EvictionCandidate[]): void {
  const places = Math.floor(candidates.length / 2)
  const used = protectDisadvantaged(candidates, Math.floor(places / 2))
  protect(candidates, longestLast, places - used)
}

/** The youngest of the network group that has most connections. */
function youngestOfTheCrowd(candidates: readonly EvictionCandidate[]): PeerId | undefined {
  const groups = new Map<bigint, EvictionCandidate[]>()
  let crowd: readonly EvictionCandidate[] = []
  for (const candidate of candidates) {
    const group = groups.get(candidate.keyedNetGroup) ?? []
    groups.set(candidate.keyedNetGroup, group)
    group.push(candidate)
    const younger = group[0]!.connectedAt > (crowd[0]?.connectedAt ?? 0)
    if (group.length > crowd.length || (group.length === crowd.length && younger)) crowd = group
  }
  return crowd[0]?.id
}

/**
 * The inbound connection that makes room for a new one; undefined if all are worth more. Protected are those that
 * an attacker cannot all be: of unguessable groups, near, useful with transactions or blocks, long here, or of a
 * network that is slow by nature. Connections with the permission `noban` are no candidates.
 */
export function selectEviction(all: readonly EvictionCandidate[]): PeerId | undefined {
  const candidates = [...all]
  protect(candidates, byNetGroup, 4)
  protect(candidates, fastestLast, 8)
  protect(candidates, byLastTx, 4)
  protect(candidates, byBlockRelayOnly, 8, (one) => !one.relaysTransactions && one.relevantServices)
  protect(candidates, byLastBlock, 4)
  protectByRatio(candidates)
  const preferred = candidates.filter(({ preferEvict }) => preferEvict)
  return youngestOfTheCrowd(preferred.length > 0 ? preferred : candidates)
}
