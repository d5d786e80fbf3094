import { assert } from '@ply/bytes'
import type { Service } from '../host.ts'
import { serviceKey } from '../host.ts'
import { NetGroups } from '../netGroup.ts'
import {
  type AddressEntry,
  BUCKET_SIZE,
  bucketPosition,
  NEW_BUCKETS,
  newBucket,
  TRIED_BUCKETS,
  triedBucket,
} from './entry.ts'

/** Where an address stands. */
export interface AddressPlace {
  readonly bucket: number
  readonly position: number
}

type Slots = (AddressEntry | undefined)[]

const slotOf = ({ bucket, position }: AddressPlace): number => bucket * BUCKET_SIZE + position

/** The entries, the two tables over them, and the moves between those. */
export class AddressTables {
  /** Secret: 32 bytes. */
  readonly key: Uint8Array
  readonly groups: NetGroups
  readonly entries = new Map<string, AddressEntry>()
  /** All entries, for random choices. */
  readonly list: AddressEntry[] = []
  readonly #new: Slots = []
  readonly #tried: Slots = []
  /** Entries in each bucket. */
  readonly #inNew = new Uint8Array(NEW_BUCKETS)
  readonly #inTried = new Uint8Array(TRIED_BUCKETS)
  #triedCount = 0

  constructor(key: Uint8Array, groups = new NetGroups()) {
    this.key = key
    this.groups = groups
    this.#new.length = NEW_BUCKETS * BUCKET_SIZE
    this.#tried.length = TRIED_BUCKETS * BUCKET_SIZE
  }

  get newCount(): number {
    return this.list.length - this.#triedCount
  }
  get triedCount(): number {
    return this.#triedCount
  }

  find(service: Service): AddressEntry | undefined {
    return this.entries.get(serviceKey(service))
  }

  newPlace(entry: Service, bucket: number): AddressPlace {
    return { bucket, position: bucketPosition(this.key, entry, { table: 'new', bucket }) }
  }

  triedPlace(entry: Service): AddressPlace {
    const bucket = triedBucket(this, entry)
    return { bucket, position: bucketPosition(this.key, entry, { table: 'tried', bucket }) }
  }

  newAt(place: AddressPlace): AddressEntry | undefined {
    return this.#new[slotOf(place)]
  }
  triedAt(place: AddressPlace): AddressEntry | undefined {
    return this.#tried[slotOf(place)]
  }

  /** Buckets of a table in which there is an entry that fits. */
  bucketsWith(table: 'new' | 'tried', fits: (entry: AddressEntry) => boolean): number[] {
    const [slots, counts] = table === 'new' ? [this.#new, this.#inNew] : [this.#tried, this.#inTried]
    const found: number[] = []
    counts.forEach((count, bucket) => {
      const fitting = (entry: AddressEntry | undefined): boolean => entry !== undefined && fits(entry)
      if (count > 0 && slots.slice(bucket * BUCKET_SIZE, (bucket + 1) * BUCKET_SIZE).some(fitting)) found.push(bucket)
    })
    return found
  }

  /** Adds an entry that stands in no bucket yet. */
  create(fields: Omit<AddressEntry, 'references' | 'tried' | 'position'>): AddressEntry {
    const entry: AddressEntry = { ...fields, references: 0, tried: false, position: this.list.length }
    this.entries.set(serviceKey(entry), entry)
    this.list.push(entry)
    return entry
  }

  /** Forgets an entry that stands in no bucket. */
  delete(entry: AddressEntry): void {
    assert(!entry.tried && entry.references === 0, 'an address in a bucket cannot be deleted')
    this.swap(entry.position, this.list.length - 1)
    this.list.pop()
    this.entries.delete(serviceKey(entry))
  }

  swap(a: number, b: number): void {
    const [first, second] = [this.list[a], this.list[b]]
    assert(first !== undefined && second !== undefined, 'no such place in the list')
    first.position = b
    second.position = a
    this.list[a] = second
    this.list[b] = first
  }

  /** Takes away what stands at a place of the new table; an entry that stands nowhere else is forgotten. */
  clearNew(place: AddressPlace): void {
    const old = this.newAt(place)
    if (!old) return
    this.#takeNew(old, place)
    if (old.references === 0) this.delete(old)
  }

  /** The place must be free. */
  putNew(entry: AddressEntry, place: AddressPlace): void {
    assert(this.newAt(place) === undefined, 'a place of the new table is taken')
    this.#new[slotOf(place)] = entry
    this.#inNew[place.bucket]!++
    entry.references++
  }

  #takeNew(entry: AddressEntry, place: AddressPlace): void {
    this.#new[slotOf(place)] = undefined
    this.#inNew[place.bucket]!--
    entry.references--
  }

  /** The place must be free, and the entry in no bucket of the new table. */
  putTried(entry: AddressEntry, place: AddressPlace): void {
    assert(this.triedAt(place) === undefined && entry.references === 0, 'a place of the tried table is taken')
    this.#tried[slotOf(place)] = entry
    this.#inTried[place.bucket]!++
    entry.tried = true
    this.#triedCount++
  }

  /** Moves a new entry to the tried table; who stood in its place goes back to the new one. */
  makeTried(entry: AddressEntry): void {
    this.#removeFromNew(entry)
    const place = this.triedPlace(entry)
    const old = this.triedAt(place)
    if (old) {
      this.#tried[slotOf(place)] = undefined
      this.#inTried[place.bucket]!--
      old.tried = false
      this.#triedCount--
      const back = this.newPlace(old, newBucket(this, old, old.source))
      this.clearNew(back)
      this.putNew(old, back)
    }
    this.putTried(entry, place)
  }

  #removeFromNew(entry: AddressEntry): void {
    const first = newBucket(this, entry, entry.source)
    for (let i = 0; i < NEW_BUCKETS && entry.references > 0; i++) {
      const place = this.newPlace(entry, (first + i) % NEW_BUCKETS)
      if (this.newAt(place) === entry) this.#takeNew(entry, place)
    }
  }
}
