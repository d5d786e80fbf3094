import { ByteWriter } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { type Host, hostBytes, type Service } from '../host.ts'
import type { NetGroups } from '../netGroup.ts'

export const NEW_BUCKETS = 1024
export const TRIED_BUCKETS = 256
export const BUCKET_SIZE = 64
/** Buckets over which one group's tried addresses, or all that one group of sources tells of, are spread. */
const TRIED_BUCKETS_PER_GROUP = 8n
const NEW_BUCKETS_PER_SOURCE_GROUP = 64n
/** Buckets in which one new address may stand. */
export const MAX_REFERENCES = 8

/** Seconds. */
const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** Not seen for so long: probably gone. */
const HORIZON = 30 * DAY
/** Failed attempts after which an address is given up: never reached at all, or not for a week. */
const MAX_ATTEMPTS_NEVER_REACHED = 3
const MAX_ATTEMPTS = 10
const MIN_FAILING = 7 * DAY

/** What is known of one address. Times are seconds since the Unix epoch, 0 for never. */
export interface AddressEntry extends Service {
  services: bigint
  /** When it was last seen by anyone. */
  time: number
  /** Who told us first. */
  readonly source: Host
  lastTry: number
  lastSuccess: number
  lastCountedAttempt: number
  /** Failed attempts since the last success. */
  attempts: number
  /** Buckets of the new table in which it stands; 0 if it is in the tried one. */
  references: number
  tried: boolean
  /** Its place in the list that random choices are made from. */
  position: number
}

/** The first 64 bits of a hash under the secret key, which nobody outside can guess. */
function keyedHash(key: Uint8Array, write: (writer: ByteWriter) => void): bigint {
  const writer = new ByteWriter(128).bytes(key)
  write(writer)
  const hash = hash256(writer.finish())
  return new DataView(hash.buffer, hash.byteOffset).getBigUint64(0, true)
}

const serviceBytes = ({ port, ...host }: Service): Uint8Array => {
  const bytes = hostBytes(host)
  return Uint8Array.from([...bytes, port >> 8, port & 255])
}

/** What decides over buckets: a secret of 32 bytes, and which hosts belong together. */
export interface Bucketing {
  readonly key: Uint8Array
  readonly groups: NetGroups
}

export function triedBucket({ key, groups }: Bucketing, entry: Service): number {
  const spread = keyedHash(key, (writer) => writer.varBytes(serviceBytes(entry))) % TRIED_BUCKETS_PER_GROUP
  const hash = keyedHash(key, (writer) => writer.varBytes(groups.groupOf(entry)).u64(spread))
  return Number(hash % BigInt(TRIED_BUCKETS))
}

export function newBucket({ key, groups }: Bucketing, entry: Service, source: Host): number {
  const sourceGroup = groups.groupOf(source)
  const spread = keyedHash(key, (writer) => writer.varBytes(groups.groupOf(entry)).varBytes(sourceGroup))
  const hash = keyedHash(key, (writer) => writer.varBytes(sourceGroup).u64(spread % NEW_BUCKETS_PER_SOURCE_GROUP))
  return Number(hash % BigInt(NEW_BUCKETS))
}

export interface BucketOf {
  readonly table: 'new' | 'tried'
  readonly bucket: number
}

/** The one place that an address can have in a bucket. */
export function bucketPosition(key: Uint8Array, entry: Service, { table, bucket }: BucketOf): number {
  const letter = table === 'new' ? 'N' : 'K'
  const hash = keyedHash(key, (writer) => writer.u8(letter.charCodeAt(0)).i32(bucket).varBytes(serviceBytes(entry)))
  return Number(hash % BigInt(BUCKET_SIZE))
}

/** True for an address not worth keeping. */
export function isTerrible(entry: AddressEntry, now: number): boolean {
  if (now - entry.lastTry <= MINUTE) return false
  // Seen in the future, or not for long.
  if (entry.time > now + 10 * MINUTE || now - entry.time > HORIZON) return true
  if (entry.lastSuccess === 0 && entry.attempts >= MAX_ATTEMPTS_NEVER_REACHED) return true
  return now - entry.lastSuccess > MIN_FAILING && entry.attempts >= MAX_ATTEMPTS
}

/** How likely a chosen address is taken, from 0 to 1: hardly after a try just now, less with each failure. */
export function selectionChance(entry: AddressEntry, now: number): number {
  const recent = now - entry.lastTry < 10 * MINUTE ? 0.01 : 1
  return recent * 0.66 ** Math.min(entry.attempts, 8)
}
