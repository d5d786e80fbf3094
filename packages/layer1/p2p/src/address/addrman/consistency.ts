import { err, ok, type Result } from '@ply/bytes'
import { serviceKey } from '../host.ts'
import { type AddressEntry, BUCKET_SIZE, MAX_REFERENCES, NEW_BUCKETS, TRIED_BUCKETS } from './entry.ts'
import type { AddressPlace, AddressTables } from './tables.ts'

/** What is wrong with one entry, as Bitcoin Core numbers it; 0 for nothing. */
function checkEntry(tables: AddressTables, entry: AddressEntry): number {
  if (entry.tried) {
    if (entry.lastSuccess === 0) return -1
    if (entry.references !== 0) return -2
  } else {
    if (entry.references < 0 || entry.references > MAX_REFERENCES) return -3
    if (entry.references === 0) return -4
  }
  if (tables.entries.get(serviceKey(entry)) !== entry) return -5
  if (tables.list[entry.position] !== entry) return -14
  if (entry.lastTry < 0) return -6
  return entry.lastSuccess < 0 ? -8 : 0
}

function* placesOf(buckets: number): Generator<AddressPlace> {
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let position = 0; position < BUCKET_SIZE; position++) yield { bucket, position }
  }
}

/** Every tried entry stands where it belongs, once. */
function checkTried(tables: AddressTables): number {
  const left = new Set(tables.list.filter((entry) => entry.tried))
  if (left.size !== tables.triedCount) return -9
  for (const place of placesOf(TRIED_BUCKETS)) {
    const entry = tables.triedAt(place)
    if (!entry) continue
    if (!left.delete(entry)) return -11
    const own = tables.triedPlace(entry)
    if (own.bucket !== place.bucket) return -17
    if (own.position !== place.position) return -18
  }
  return left.size > 0 ? -13 : 0
}

/** Every other entry stands at its place in as many buckets as it counts. */
function checkNew(tables: AddressTables): number {
  const left = new Map(tables.list.filter((entry) => !entry.tried).map((entry) => [entry, entry.references] as const))
  if (left.size !== tables.newCount) return -10
  for (const place of placesOf(NEW_BUCKETS)) {
    const entry = tables.newAt(place)
    if (!entry) continue
    const references = left.get(entry)
    if (references === undefined) return -12
    if (tables.newPlace(entry, place.bucket).position !== place.position) return -19
    if (references === 1) left.delete(entry)
    else left.set(entry, references - 1)
  }
  return left.size > 0 ? -15 : 0
}

/** Whether entries, list and tables agree. Violation: Bitcoin Core's code of what does not. */
export function checkConsistency(tables: AddressTables): Result<void, number> {
  if (tables.list.length !== tables.entries.size) return err(-7)
  for (const entry of tables.entries.values()) {
    const code = checkEntry(tables, entry)
    if (code !== 0) return err(code)
  }
  const code = checkTried(tables) || checkNew(tables) || (tables.key.every((byte) => byte === 0) ? -16 : 0)
  return code === 0 ? ok(undefined) : err(code)
}
