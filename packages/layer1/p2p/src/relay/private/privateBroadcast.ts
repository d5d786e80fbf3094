import { bytesToHex, equalBytes } from '@ply/bytes'
import { computeTxid, computeWtxid, type Transaction } from '@ply/primitives'
import type { PeerId } from '../../event.ts'

/** Connections that are made for a transaction. */
export const PRIVATE_CONNECTIONS_PER_TX = 3
const MAX_TRANSACTIONS = 10_000
/** Milliseconds after which a transaction that nobody confirmed, or that did not come back since, is sent again. */
const UNCONFIRMED_STALE = 5 * 60_000
const CONFIRMED_STALE = 60_000

/** One peer that a transaction was meant for. Times are milliseconds since the Unix epoch. */
export interface PrivateSending {
  /** `host:port`. */
  readonly address: string
  readonly sentAt: number
  /** When the peer showed that it had read the transaction. */
  readonly receivedAt: number | undefined
}

export interface PrivateTransaction {
  readonly tx: Transaction
  readonly addedAt: number
  readonly sendings: readonly PrivateSending[]
}

interface Sending extends PrivateSending {
  receivedAt: number | undefined
}

interface Entry extends PrivateTransaction {
  readonly sendings: Sending[]
}

/**
 * Own transactions that go to the network over short connections of their own, each of which carries one and tells
 * nothing else; and how many such connections are still wanted. A transaction stays until it comes back from the network.
 * The shell makes the connections; the peer machine says what becomes of them.
 */
export class PrivateBroadcast {
  /** A peer in Tor has answered us: the proxy for Tor does lead there, and so do IPv4 and IPv6 through it. */
  torProven = false
  /** Transactions at most. */
  readonly capacity: number
  /** By wtxid in hex. */
  readonly #entries = new Map<string, Entry>()
  /** What was chosen for whom, for as long as the connection lasts. */
  readonly #chosen = new Map<PeerId, { readonly entry: Entry; readonly sending: Sending }>()
  #wanted = 0

  constructor(capacity = MAX_TRANSACTIONS) {
    this.capacity = capacity
  }

  /** Connections still to be made. */
  get connectionsWanted(): number {
    return this.#wanted
  }

  want(connections: number): void {
    this.#wanted += connections
  }

  /** So many are needed no longer, or were made. */
  unwant(connections: number): void {
    this.#wanted = Math.max(0, this.#wanted - connections)
  }

  /** What is in the queue, in the order in which it came. */
  transactions(): readonly PrivateTransaction[] {
    return [...this.#entries.values()]
  }

  add(tx: Transaction, now: number): 'added' | 'present' | 'full' {
    const key = keyOf(tx)
    if (this.#entries.has(key)) return 'present'
    if (this.#entries.size >= this.capacity) return 'full'
    this.#entries.set(key, { tx, addedAt: now, sendings: [] })
    this.want(PRIVATE_CONNECTIONS_PER_TX)
    return 'added'
  }

  /** Forgets a transaction and the connections that it would still need; false if it is not in the queue. */
  remove(tx: Transaction): boolean {
    const entry = this.#entries.get(keyOf(tx))
    if (!entry) return false
    this.#entries.delete(keyOf(tx))
    this.unwant(Math.max(0, PRIVATE_CONNECTIONS_PER_TX - confirmations(entry).length))
    return true
  }

  /** Forgets what is no longer worth sending; the connections wanted stay, as others may need them. */
  giveUp(tx: Transaction): void {
    this.#entries.delete(keyOf(tx))
  }

  /** Forgets those with this txid or wtxid, and gives them. */
  abort(id: Uint8Array): Transaction[] {
    const found = [...this.#entries.values()].map(({ tx }) => tx)
    const matching = found.filter((tx) => equalBytes(computeTxid(tx), id) || equalBytes(computeWtxid(tx), id))
    for (const tx of matching) this.remove(tx)
    return matching
  }

  /** The transaction that was sent least and longest ago, for this peer; never two for the same one. */
  choose(peer: PeerId, address: string, now: number): Transaction | undefined {
    if (this.#chosen.has(peer)) return undefined
    let best: Entry | undefined
    for (const entry of this.#entries.values()) if (!best || isMoreUrgent(entry, best)) best = entry
    if (!best) return undefined
    const sending: Sending = { address, sentAt: now, receivedAt: undefined }
    best.sendings.push(sending)
    this.#chosen.set(peer, { entry: best, sending })
    return best.tx
  }

  /** What was chosen for a peer, unless it was forgotten meanwhile. */
  chosenFor(peer: PeerId): Transaction | undefined {
    const entry = this.#chosen.get(peer)?.entry
    return entry && this.#entries.get(keyOf(entry.tx)) === entry ? entry.tx : undefined
  }

  /** The peer has read what it was sent. */
  confirm(peer: PeerId, now: number): void {
    const chosen = this.#chosen.get(peer)
    if (chosen) chosen.sending.receivedAt = now
  }

  /** The connection is over. In vain: another one is wanted, as long as there is something to send. */
  ended(peer: PeerId): void {
    const confirmed = this.#chosen.get(peer)?.sending.receivedAt !== undefined
    this.#chosen.delete(peer)
    if (!confirmed && this.#entries.size > 0) this.want(1)
  }

  /** Those that are to be sent again. */
  stale(now: number): Transaction[] {
    return [...this.#entries.values()].filter((entry) => isStale(entry, now)).map(({ tx }) => tx)
  }
}

const keyOf = (tx: Transaction): string => bytesToHex(computeWtxid(tx))

const confirmations = ({ sendings }: PrivateTransaction): number[] =>
  sendings.flatMap(({ receivedAt }) => (receivedAt === undefined ? [] : [receivedAt]))

function isStale(entry: PrivateTransaction, now: number): boolean {
  const confirmed = confirmations(entry)
  if (confirmed.length === 0) return entry.addedAt < now - UNCONFIRMED_STALE
  return Math.max(...confirmed) < now - CONFIRMED_STALE
}

/** How often it was sent, how often that was confirmed, and when either was last; less is more urgent. */
function rank(entry: PrivateTransaction): readonly number[] {
  const confirmed = confirmations(entry)
  const lastSent = Math.max(0, ...entry.sendings.map(({ sentAt }) => sentAt))
  return [entry.sendings.length, confirmed.length, lastSent, Math.max(0, ...confirmed)]
}

function isMoreUrgent(a: PrivateTransaction, b: PrivateTransaction): boolean {
  const [first, second] = [rank(a), rank(b)]
  const at = first.findIndex((value, i) => value !== second[i])
  return at >= 0 && first[at]! < second[at]!
}
