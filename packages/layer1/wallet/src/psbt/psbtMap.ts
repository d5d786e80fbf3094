import { type ByteReader, ByteWriter, bytesToHex, compareBytes, DecodeError, equalBytes } from '@ply/bytes'
import type { PsbtPlace } from './fieldType.ts'

/** One key-value pair of a PSBT map, whatever its type means. */
export interface PsbtEntry {
  readonly type: number
  readonly keyData: Uint8Array
  readonly value: Uint8Array
}

/** The pairs of one map in their order; no two have the same type and key data. */
export type PsbtMap = readonly PsbtEntry[]

function entryKey({ type, keyData }: Pick<PsbtEntry, 'type' | 'keyData'>): Uint8Array {
  return new ByteWriter().compactSize(type).bytes(keyData).finish()
}

/** Holds a pair against the rules of its field: the key before the value is read, then the value. Throws inside a codec. */
export interface PsbtPairCheck {
  readonly checkKey: (type: number, keyData: Uint8Array) => void
  readonly checkValue: (entry: PsbtEntry) => void
}

/**
 * Reads pairs up to the separator; `place` is for the words of violations: `psbt-duplicate-key`, `psbt-no-separator`,
 * `end-of-data`, and those of the check.
 */
export function readPsbtMap(reader: ByteReader, place: PsbtPlace, { checkKey, checkValue }: PsbtPairCheck): PsbtMap {
  const entries: PsbtEntry[] = []
  const seen = new Set<string>()
  for (;;) {
    if (reader.remaining === 0) {
      const which = place === 'Global' ? 'the global' : `an ${place.toLowerCase()}`
      throw new DecodeError('psbt-no-separator', `Separator is missing at the end of ${which} map`)
    }
    const keyLength = reader.compactSize()
    if (keyLength === 0) return entries
    const keyStart = reader.offset
    const type = reader.compactSize(true)
    const dataLength = keyLength - (reader.offset - keyStart)
    if (dataLength < 0) throw new DecodeError('psbt-bad-key', 'key shorter than its type')
    const keyData = reader.bytes(dataLength)
    const id = bytesToHex(reader.span(keyStart, reader.offset))
    if (seen.has(id))
      throw new DecodeError('psbt-duplicate-key', `Duplicate Key, ${place.toLowerCase()} key "${id}" already provided`)
    seen.add(id)
    checkKey(type, keyData)
    const entry = { type, keyData, value: reader.varBytes() }
    checkValue(entry)
    entries.push(entry)
  }
}

export function writePsbtMap(writer: ByteWriter, map: PsbtMap): void {
  for (const entry of map) writer.varBytes(entryKey(entry)).varBytes(entry.value)
  writer.u8(0)
}

/** The value of a type without key data. */
export function psbtValue(map: PsbtMap, type: number): Uint8Array | undefined {
  return map.find((entry) => entry.type === type && entry.keyData.length === 0)?.value
}

/** The value of a type without key data as a 32-bit number, whose length was checked. */
export function psbtUint32(map: PsbtMap, type: number): number | undefined {
  const value = psbtValue(map, type)
  return value && new DataView(value.buffer, value.byteOffset).getUint32(0, true)
}

/** All pairs of a type. */
export const psbtEntries = (map: PsbtMap, type: number): readonly PsbtEntry[] =>
  map.filter((entry) => entry.type === type)

const isSameKey = (a: PsbtEntry, b: PsbtEntry): boolean => a.type === b.type && equalBytes(a.keyData, b.keyData)

/** The map with one more pair, in its place by key; a pair of the same key is replaced. */
export function setPsbtEntry(map: PsbtMap, entry: PsbtEntry): PsbtMap {
  if (map.some((other) => isSameKey(other, entry))) {
    return map.map((other) => (isSameKey(other, entry) ? entry : other))
  }
  const place = map.findIndex((other) => compareKeys(other, entry) > 0)
  return place < 0 ? [...map, entry] : map.toSpliced(place, 0, entry)
}

const compareKeys = (a: PsbtEntry, b: PsbtEntry): number => a.type - b.type || compareBytes(a.keyData, b.keyData)

/** The map in the order in which Bitcoin Core writes it. */
export const sortPsbtMap = (map: PsbtMap): PsbtMap => [...map].sort(compareKeys)

/** The map with the value of a type without key data set. */
export const setPsbtValue = (map: PsbtMap, type: number, value: Uint8Array): PsbtMap =>
  setPsbtEntry(map, { type, keyData: new Uint8Array(0), value })

/** Everything that stands in either map, in the order of keys; where both have a key, the first map's value. */
export function mergePsbtMaps(first: PsbtMap, second: PsbtMap): PsbtMap {
  const idOf = (entry: PsbtEntry): string => bytesToHex(entryKey(entry))
  const known = new Set(first.map(idOf))
  const added = second.filter((entry) => !known.has(idOf(entry)))
  return added.length === 0 ? first : [...first, ...added].sort(compareKeys)
}
