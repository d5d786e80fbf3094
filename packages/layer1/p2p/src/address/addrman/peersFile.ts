import { ByteReader, ByteWriter, DecodeError, equalBytes, err, ok, type Result, tryDecode } from '@ply/bytes'
import { type DiskEncoding, readDiskAddress, readDiskHost, writeDiskAddress, writeDiskHost } from '../diskAddress.ts'
import { decodeDiskFile, encodeDiskFile, END_OF_FILE } from '../diskFile.ts'
import { serviceKey } from '../host.ts'
import { NetGroups } from '../netGroup.ts'
import { isValidHost } from '../routable.ts'
import { checkConsistency } from './consistency.ts'
import { type AddressEntry, BUCKET_SIZE, MAX_REFERENCES, NEW_BUCKETS, newBucket, TRIED_BUCKETS } from './entry.ts'
import { AddressTables } from './tables.ts'

/** Bitcoin Core's fourth format: several ports of one host. */
const FORMAT = 4
/** Earlier ones: the marked count of buckets, the map of autonomous systems, addresses as in BIP 155. */
const FORMAT_DETERMINISTIC = 1
const FORMAT_ASMAP = 2
const FORMAT_BIP155 = 3
const INCOMPATIBILITY_BASE = 32
const BUCKET_COUNT_MARK = 1 << 30
const KEY_LENGTH = 32
const VERSION_LENGTH = 32
/** Stands for a bucket that does not count any more. */
const NO_BUCKET = NEW_BUCKETS

/** `corrupt`: the file is broken. `incompatible`: a later version wrote it. The message is Bitcoin Core's. */
export interface PeersFileError {
  readonly type: 'corrupt' | 'incompatible'
  readonly message: string
}

/** Code of a {@link DecodeError} whose message is meant for people as it is. */
const CORRUPT = 'corrupt'
const INCOMPATIBLE = 'incompatible'

type Stored = Pick<AddressEntry, 'lastSuccess' | 'attempts' | 'source' | 'services' | 'time'> &
  Pick<AddressEntry, 'network' | 'address' | 'port'>

function writeEntry(writer: ByteWriter, entry: AddressEntry): void {
  writeDiskAddress(writer, entry)
  writeDiskHost(writer, entry.source)
  writer.i64(BigInt(entry.lastSuccess)).i32(entry.attempts)
}

function readEntry(reader: ByteReader, encoding: DiskEncoding): Stored {
  const address = readDiskAddress(reader, encoding)
  const source = readDiskHost(reader, encoding)
  return { ...address, source, lastSuccess: Number(reader.i64()), attempts: reader.i32() }
}

/** peers.dat as Bitcoin Core writes it. */
export function encodePeersFile(magic: Uint8Array, tables: AddressTables): Uint8Array {
  const fresh = tables.list.filter((entry) => !entry.tried)
  const tried = tables.list.filter((entry) => entry.tried)
  const index = new Map(fresh.map((entry, i) => [entry, i]))
  const writer = new ByteWriter(1 << 16).u8(FORMAT).u8(INCOMPATIBILITY_BASE + FORMAT)
  writer
    .bytes(tables.key)
    .i32(fresh.length)
    .i32(tried.length)
    .i32(NEW_BUCKETS ^ BUCKET_COUNT_MARK)
  for (const entry of [...fresh, ...tried]) writeEntry(writer, entry)
  for (let bucket = 0; bucket < NEW_BUCKETS; bucket++) {
    const entries = Array.from({ length: BUCKET_SIZE }, (_, position) => tables.newAt({ bucket, position }) ?? [])
    writer.i32(entries.flat().length)
    for (const entry of entries.flat()) writer.i32(index.get(entry)!)
  }
  // Which map of autonomous systems the buckets were made with.
  writer.bytes(tables.groups.version)
  return encodeDiskFile(magic, writer.finish())
}

/** How a file is to be read. */
export interface PeersFileReading {
  /** Which hosts belong together now; where the file was written with others, entries find new places. */
  readonly groups?: NetGroups
  /** Gets lines for the log, in Bitcoin Core's words. */
  readonly log?: (text: string) => void
}

/** Violations: `corrupt`, `incompatible`. */
export function decodePeersFile(
  magic: Uint8Array,
  file: Uint8Array,
  { groups = new NetGroups(), log = () => undefined }: PeersFileReading = {},
): Result<AddressTables, PeersFileError> {
  let incompatible = false
  const decoded = decodeDiskFile(magic, file, (contents) => {
    const reader = new ByteReader(contents)
    const tables = tryDecode(() => readTables(reader, { groups, log }))
    if (tables.ok) return ok({ value: tables.value, length: reader.offset })
    const { code, message } = tables.error
    incompatible = code === INCOMPATIBLE
    return err(code === 'end-of-data' ? END_OF_FILE : `${message}: iostream error`)
  })
  if (decoded.ok) return decoded
  return err({ type: incompatible ? 'incompatible' : 'corrupt', message: decoded.error })
}

function readTables(reader: ByteReader, { groups, log }: Required<PeersFileReading>): AddressTables {
  const format = reader.u8()
  checkVersion(format, reader.u8())
  const encoding = format < FORMAT_BIP155 ? 'v1' : 'v2'
  const tables = new AddressTables(reader.bytes(KEY_LENGTH), groups)
  const newCount = reader.i32()
  const triedCount = reader.i32()
  const buckets = reader.i32() ^ (format < FORMAT_DETERMINISTIC ? 0 : BUCKET_COUNT_MARK)
  checkCount('nNew', newCount, NEW_BUCKETS)
  checkCount('nTried', triedCount, TRIED_BUCKETS)
  const fresh = Array.from({ length: newCount }, () => readEntry(reader, encoding))
  const tried = Array.from({ length: triedCount }, () => readEntry(reader, encoding))
  const places = readBuckets(reader, buckets)
  // Which map of autonomous systems the buckets were made with: without one, zeros.
  const version = format < FORMAT_ASMAP ? new Uint8Array(VERSION_LENGTH) : reader.bytes(VERSION_LENGTH)
  const sameBuckets = buckets === NEW_BUCKETS && equalBytes(version, groups.version)
  if (!sameBuckets) log('Bucketing method was updated, re-bucketing addrman entries from disk')
  const entries = fresh.map((stored) => create(tables, stored))
  const lostTried = tried.filter((stored) => !restoreTried(tables, stored)).length
  const lostNew = restoreNew(tables, entries, sameBuckets ? places : places.map(([, index]) => [NO_BUCKET, index]))
  if (lostNew + lostTried > 0) {
    log(`addrman lost ${lostNew} new and ${lostTried} tried addresses due to collisions or invalid addresses`)
  }
  const consistent = checkConsistency(tables)
  if (consistent.ok) return tables
  throw new DecodeError(CORRUPT, `Corrupt data. Consistency check failed with code ${consistent.error}`)
}

function checkVersion(format: number, compat: number): void {
  if (compat < INCOMPATIBILITY_BASE) {
    const lowest = `is lower than the expected minimum value ${INCOMPATIBILITY_BASE}.`
    throw new DecodeError(CORRUPT, `Corrupted addrman database: The compat value (${compat}) ${lowest}`)
  }
  const lowest = compat - INCOMPATIBILITY_BASE
  if (lowest <= FORMAT) return
  const support = `It is compatible with formats >=${lowest}, but the maximum supported by this version is ${FORMAT}.`
  throw new DecodeError(INCOMPATIBLE, `Unsupported format of addrman database: ${format}. ${support}`)
}

function checkCount(name: string, count: number, buckets: number): void {
  const most = buckets * BUCKET_SIZE
  if (count >= 0 && count <= most) return
  throw new DecodeError(CORRUPT, `Corrupt AddrMan serialization: ${name}=${count}, should be in [0, ${most}]`)
}

function create(tables: AddressTables, stored: Stored): AddressEntry | undefined {
  if (tables.entries.has(serviceKey(stored))) return undefined
  return tables.create({ ...stored, lastTry: 0, lastCountedAttempt: 0 })
}

/** Bucket and index of the entry, for every place in the new table. */
function readBuckets(reader: ByteReader, buckets: number): (readonly [bucket: number, index: number])[] {
  const places: (readonly [number, number])[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    const size = reader.i32()
    for (let i = 0; i < size; i++) places.push([bucket, reader.i32()])
  }
  return places
}

/** False for one that has no place any more. */
function restoreTried(tables: AddressTables, stored: Stored): boolean {
  if (!isValidHost(stored) || tables.triedAt(tables.triedPlace(stored))) return false
  const entry = create(tables, stored)
  if (entry) tables.putTried(entry, tables.triedPlace(entry))
  return entry !== undefined
}

/** What finds no place any more is dropped; returns how many. */
function restoreNew(
  tables: AddressTables,
  entries: readonly (AddressEntry | undefined)[],
  places: readonly (readonly [bucket: number, index: number])[],
): number {
  for (const [bucket, index] of places) {
    const entry = entries[index]
    if (!entry || !isValidHost(entry) || entry.references >= MAX_REFERENCES) continue
    const own = bucket < NEW_BUCKETS ? tables.newPlace(entry, bucket) : undefined
    const place = own && !tables.newAt(own) ? own : tables.newPlace(entry, newBucket(tables, entry, entry.source))
    if (!tables.newAt(place)) tables.putNew(entry, place)
  }
  const lost = entries.flatMap((entry) => (entry && entry.references === 0 ? [entry] : []))
  for (const entry of lost) tables.delete(entry)
  return lost.length
}
