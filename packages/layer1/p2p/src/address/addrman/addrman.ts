import { assert } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import type { NetAddress } from '../../message/netAddress.ts'
import { type Host, hostKey, type Service } from '../host.ts'
import type { NetGroups } from '../netGroup.ts'
import { isRoutable } from '../routable.ts'
import { formatHost, formatService } from '../text.ts'
import {
  type AddressEntry,
  BUCKET_SIZE,
  isTerrible,
  MAX_REFERENCES,
  NEW_BUCKETS,
  newBucket,
  selectionChance,
  TRIED_BUCKETS,
} from './entry.ts'
import { checkConsistency } from './consistency.ts'
import { randomBelow, randomFraction } from './randomChoice.ts'
import { type AddressPlace, AddressTables } from './tables.ts'
import { TriedCollisions } from './triedCollisions.ts'

/** Seconds. */
const HOUR = 3600
const DAY = 24 * HOUR

export interface AddressQuery {
  /** At most so many; 0 for any number. */
  readonly count: number
  /** At most so many percent of all; 0 for all. */
  readonly percent: number
  /** Only of this BIP 155 network. */
  readonly network?: number | undefined
  /** Leave out those not worth keeping. */
  readonly filtered?: boolean
}

/** An entry with the place where it stands; one of the new table comes once for each of its places. */
export interface PlacedEntry {
  readonly entry: AddressEntry
  readonly place: AddressPlace
}

/**
 * The book of addresses: those heard of in 1024 buckets, those reached once in 256, each of 64 places. Which bucket and
 * which place is a secret function of the address and of who told us, so that nobody can fill the book with their own.
 * Times are seconds since the Unix epoch. All choices are made with the given entropy.
 */
export class AddressManager {
  readonly tables: AddressTables
  /** Gets a line for the log whenever the book changes, in Bitcoin Core's words. */
  log: (text: string) => void = () => undefined
  readonly #entropy: Entropy
  readonly #collisions: TriedCollisions
  /** Time of the last success of any: failures before it may be our own network's. */
  #lastGood = 1
  readonly #checkEvery: number

  /** `checkEvery`: before one of so many operations the book looks whether it agrees with itself; 0 for never. */
  constructor(entropy: Entropy, tables = new AddressTables(entropy.bytes(32)), { checkEvery = 0 } = {}) {
    this.#entropy = entropy
    this.tables = tables
    this.#collisions = new TriedCollisions(tables, entropy)
    this.#checkEvery = checkEvery
  }

  /** Which hosts belong together. */
  get groups(): NetGroups {
    return this.tables.groups
  }

  #check(): void {
    if (this.#checkEvery === 0 || randomBelow(this.#entropy, this.#checkEvery) > 0) return
    const { newCount, triedCount, list } = this.tables
    this.log(`CheckAddrman: new ${newCount}, tried ${triedCount}, total ${list.length} started`)
    const consistent = checkConsistency(this.tables)
    this.log('CheckAddrman: completed')
    assert(consistent.ok, `ADDRMAN CONSISTENCY CHECK FAILED!!! err=${consistent.ok ? 0 : consistent.error}`)
  }

  /** Addresses known, of one network or of all, of one table or of both. */
  size({ network, table }: { network?: number; table?: 'new' | 'tried' } = {}): number {
    this.#check()
    if (network === undefined) {
      if (table === undefined) return this.tables.list.length
      return table === 'new' ? this.tables.newCount : this.tables.triedCount
    }
    const counted = this.tables.list.filter((entry) => entry.network === network)
    return counted.filter((entry) => table === undefined || entry.tried === (table === 'tried')).length
  }

  /** True if there is an address of this BIP 155 network. */
  knows(network: number): boolean {
    return this.tables.list.some((entry) => entry.network === network)
  }

  find(service: Service): AddressEntry | undefined {
    return this.tables.find(service)
  }

  /** Notes what `source` tells, its times made `penalty` seconds older. True if anything was new. */
  add(
    addresses: readonly NetAddress[],
    source: Host,
    { now, penalty = 0 }: { now: number; penalty?: number },
  ): boolean {
    this.#check()
    const added = addresses.filter((address) => this.#addOne(address, source, { now, penalty })).length
    if (added === 0) return false
    const { triedCount, newCount } = this.tables
    const counts = `${triedCount} tried, ${newCount} new`
    this.log(`Added ${added} addresses (of ${addresses.length}) from ${formatHost(source)}: ${counts}`)
    return true
  }

  #addOne(address: NetAddress, source: Host, times: { readonly now: number; readonly penalty: number }): boolean {
    if (!isRoutable(address)) return false
    const { now } = times
    // Nobody is older for having told of itself.
    const penalty = hostKey(address) === hostKey(source) ? 0 : times.penalty
    const time = Math.max(0, address.time - penalty)
    const known = this.tables.find(address)
    if (known && !this.#refresh(known, address, { now, penalty })) return false
    const entry =
      known ?? this.tables.create({ ...pickService(address), ...freshFields(address.services, time), source })
    const place = this.tables.newPlace(entry, newBucket(this.tables, entry, source))
    const old = this.tables.newAt(place)
    if (old === entry) return false
    const free = !old || isTerrible(old, now) || (old.references > 1 && entry.references === 0)
    if (free) {
      this.tables.clearNew(place)
      this.tables.putNew(entry, place)
      this.log(`Added ${formatService(entry)} to new[${place.bucket}][${place.position}]`)
    } else if (entry.references === 0) {
      this.tables.delete(entry)
    }
    return free
  }

  /** True if a known address deserves one more place. */
  #refresh(entry: AddressEntry, address: NetAddress, { now, penalty }: { now: number; penalty: number }): boolean {
    const interval = now - address.time < DAY ? HOUR : DAY
    if (entry.time < address.time - interval - penalty) entry.time = Math.max(0, address.time - penalty)
    entry.services |= address.services
    if (address.time <= entry.time || entry.tried || entry.references === MAX_REFERENCES) return false
    // Each further place is twice as hard to get.
    return entry.references === 0 || randomBelow(this.#entropy, 1 << entry.references) === 0
  }

  /**
   * The address was reached. It moves to the tried table, unless somebody stands there: then the two wait until it is
   * tested whether the other can still be reached, unless `testFirst` is false. True if it moved.
   */
  good(service: Service, now: number, testFirst = true): boolean {
    this.#check()
    this.#lastGood = now
    const entry = this.tables.find(service)
    if (!entry) return false
    entry.lastSuccess = now
    entry.lastTry = now
    entry.attempts = 0
    if (entry.tried || entry.references === 0) return false
    if (testFirst && this.tables.triedAt(this.tables.triedPlace(entry))) {
      this.#collisions.add(entry)
      return false
    }
    this.tables.makeTried(entry)
    const { bucket, position } = this.tables.triedPlace(entry)
    this.log(`Moved ${formatService(entry)} to tried[${bucket}][${position}]`)
    return true
  }

  /** A connection was tried. `countFailure` only if our own network is known to work. */
  attempt(service: Service, now: number, countFailure: boolean): void {
    this.#check()
    const entry = this.tables.find(service)
    if (!entry) return
    entry.lastTry = now
    if (!countFailure || entry.lastCountedAttempt >= this.#lastGood) return
    entry.lastCountedAttempt = now
    entry.attempts++
  }

  /** A connection was there until now. Told at its end alone, so that the book does not show whom we talk to. */
  connected(service: Service, now: number): void {
    this.#check()
    const entry = this.tables.find(service)
    if (entry && now - entry.time > HOUR / 3) entry.time = now
  }

  setServices(service: Service, services: bigint): void {
    this.#check()
    const entry = this.tables.find(service)
    if (entry) entry.services = services
  }

  /** An address to connect to, of the given BIP 155 networks or of any. */
  select(
    now: number,
    { newOnly = false, networks }: { newOnly?: boolean; networks?: readonly number[] } = {},
  ): AddressEntry | undefined {
    this.#check()
    const fits = (entry: AddressEntry): boolean => !networks || networks.includes(entry.network)
    const tried = newOnly ? [] : this.tables.bucketsWith('tried', fits)
    const fresh = this.tables.bucketsWith('new', fits)
    if (tried.length + fresh.length === 0) return undefined
    const fromTried = tried.length > 0 && (fresh.length === 0 || randomBelow(this.#entropy, 2) === 0)
    const buckets = fromTried ? tried : fresh
    for (let patience = 1; ; patience *= 1.2) {
      const bucket = buckets[randomBelow(this.#entropy, buckets.length)]!
      const entry = this.#fromBucket(fromTried, bucket, fits)
      if (entry && randomFraction(this.#entropy) < patience * selectionChance(entry, now)) return entry
    }
  }

  /** The first that fits, from a random place on. */
  #fromBucket(tried: boolean, bucket: number, fits: (entry: AddressEntry) => boolean): AddressEntry | undefined {
    const start = randomBelow(this.#entropy, BUCKET_SIZE)
    for (let i = 0; i < BUCKET_SIZE; i++) {
      const place = { bucket, position: (start + i) % BUCKET_SIZE }
      const entry = tried ? this.tables.triedAt(place) : this.tables.newAt(place)
      if (entry && fits(entry)) return entry
    }
    return undefined
  }

  /** Random addresses to tell others. */
  addresses({ count, percent, network, filtered = true }: AddressQuery, now: number): NetAddress[] {
    this.#check()
    const { list } = this.tables
    const part = percent === 0 ? list.length : Math.floor((Math.min(percent, 100) * list.length) / 100)
    const limit = count === 0 ? part : Math.min(count, part)
    const chosen: NetAddress[] = []
    for (let i = 0; i < list.length && chosen.length < limit; i++) {
      this.tables.swap(i, i + randomBelow(this.#entropy, list.length - i))
      const entry = list[i]!
      if (network !== undefined && entry.network !== network) continue
      if (filtered && isTerrible(entry, now)) continue
      chosen.push({ ...pickService(entry), time: entry.time, services: entry.services })
    }
    return chosen
  }

  /** What stands in a table, in the order of its places. */
  placed(table: 'new' | 'tried'): PlacedEntry[] {
    this.#check()
    const buckets = table === 'new' ? NEW_BUCKETS : TRIED_BUCKETS
    return Array.from({ length: buckets * BUCKET_SIZE }, (_, slot) => {
      const place = { bucket: Math.floor(slot / BUCKET_SIZE), position: slot % BUCKET_SIZE }
      const entry = table === 'new' ? this.tables.newAt(place) : this.tables.triedAt(place)
      return entry ? [{ entry, place }] : []
    }).flat()
  }

  /** Settles the collisions that can be settled by now. */
  resolveCollisions(now: number): void {
    this.#check()
    this.#collisions.resolve(now, (entry) => this.good(entry, now, false))
  }

  /** A tried address whose place another one wants: it is tested by connecting. */
  selectTriedCollision(): AddressEntry | undefined {
    this.#check()
    return this.#collisions.select()
  }
}

const pickService = ({ network, address, port }: Service): Service => ({ network, address, port })

const freshFields = (services: bigint, time: number) => ({
  services,
  time,
  lastTry: 0,
  lastSuccess: 0,
  lastCountedAttempt: 0,
  attempts: 0,
})
