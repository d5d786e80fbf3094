import { ByteReader, bytesToHex, compareBytes } from '@ply/bytes'
import type { JsonOutput } from '@ply/rpc'
import { classifyOutput, scriptToAsm } from '@ply/script'
import { type PsbtEntry, psbtEntries, type PsbtMap, psbtValue } from '@ply/wallet'
import { hexOf } from '../json/hexOf.ts'

// Fields that input and output maps of a PSBT have in common. What is not there is left out.

/** The pairs of a type by their keys, as Bitcoin Core lists them. */
export const sortedEntries = (map: PsbtMap, type: number): readonly PsbtEntry[] =>
  psbtEntries(map, type).toSorted((a, b) => compareBytes(a.keyData, b.keyData))

/** A list of one answer for each pair of a type. */
export function listJson(map: PsbtMap, type: number, describe: (entry: PsbtEntry) => JsonOutput): JsonOutput {
  const entries = sortedEntries(map, type)
  return entries.length > 0 ? entries.map(describe) : undefined
}

/** Values by their keys. */
export function valuesByKeyJson(entries: readonly PsbtEntry[]): JsonOutput {
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.map(({ keyData, value }) => [bytesToHex(keyData), hexOf(value)]))
}

export function hexJson(map: PsbtMap, type: number): JsonOutput {
  const value = psbtValue(map, type)
  return value && bytesToHex(value)
}

/** A script that is no output: it has no address. */
export function scriptJson(map: PsbtMap, type: number): JsonOutput {
  const script = psbtValue(map, type)
  if (!script || script.length === 0) return undefined
  return { asm: scriptToAsm(script), hex: hexOf(script), type: classifyOutput(script).type }
}

const HARDENED = 0x80000000
/** `m/84h/1h/0h`. */
const formatPath = (steps: readonly number[]): string =>
  ['m', ...steps.map((step) => (step >= HARDENED ? `${step - HARDENED}h` : String(step)))].join('/')

/** Fingerprint and path, to the end of the value. */
export function readOriginJson(reader: ByteReader): Record<string, JsonOutput> {
  const fingerprint = bytesToHex(reader.bytes(4))
  const steps: number[] = []
  while (reader.remaining > 0) steps.push(reader.u32())
  return { master_fingerprint: fingerprint, path: formatPath(steps) }
}

export const derivationsJson = (map: PsbtMap, type: number): JsonOutput =>
  listJson(map, type, ({ keyData, value }) => ({
    pubkey: bytesToHex(keyData),
    ...readOriginJson(new ByteReader(value)),
  }))

export const tapDerivationsJson = (map: PsbtMap, type: number): JsonOutput =>
  listJson(map, type, ({ keyData, value }) => {
    const reader = new ByteReader(value)
    const hashes = Array.from({ length: reader.compactSize() }, () => reader.bytes(32))
    const origin = readOriginJson(reader)
    return { pubkey: bytesToHex(keyData), ...origin, leaf_hashes: hashes.sort(compareBytes).map(bytesToHex) }
  })

const PUBLIC_KEY_SIZE = 33

/** BIP 373: the keys behind each aggregate. */
export const musigParticipantsJson = (map: PsbtMap, type: number): JsonOutput =>
  listJson(map, type, ({ keyData, value }) => ({
    aggregate_pubkey: bytesToHex(keyData),
    participant_pubkeys: Array.from({ length: value.length / PUBLIC_KEY_SIZE }, (_, i) =>
      bytesToHex(value.subarray(i * PUBLIC_KEY_SIZE, (i + 1) * PUBLIC_KEY_SIZE)),
    ),
  }))

function proprietaryEntryJson({ keyData, value }: PsbtEntry): JsonOutput {
  const reader = new ByteReader(keyData)
  const identifier = bytesToHex(reader.varBytes())
  const subtype = reader.compactSize(true)
  return { identifier, subtype, key: bytesToHex(writeKey(keyData)), value: hexOf(value) }
}

const PROPRIETARY = 0xfc
const writeKey = (keyData: Uint8Array): Uint8Array => Uint8Array.of(PROPRIETARY, ...keyData)

export const proprietaryJson = (map: PsbtMap): JsonOutput => listJson(map, PROPRIETARY, proprietaryEntryJson)

/** The pairs of types that nobody here understands, with their whole keys. */
export function unknownJson(map: PsbtMap, known: Readonly<Record<string, number>>): JsonOutput {
  const types = new Set(Object.values(known))
  const unknown = map.filter(({ type }) => !types.has(type))
  if (unknown.length === 0) return undefined
  const keyOf = ({ type, keyData }: PsbtEntry): string => type.toString(16).padStart(2, '0') + bytesToHex(keyData)
  return Object.fromEntries(unknown.map((entry) => [keyOf(entry), hexOf(entry.value)]))
}
