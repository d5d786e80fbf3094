import { concatBytes, utf8ToBytes } from '@ply/bytes'
import type { StoreOp, StoreRange } from '@ply/ports'

// The machine's entries and the shell's share one store, so that one batch can hold both.

const MACHINE = 0x6d
const SHELL = 0x73

export const machineKey = (key: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(MACHINE), key)
export const withoutPrefix = (key: Uint8Array): Uint8Array => key.slice(1)

export const machineOp = (op: StoreOp): StoreOp => ({ ...op, key: machineKey(op.key) })

/** A key of the shell: a name, and bytes that order its entries. */
export const shellKey = (name: string, suffix: Uint8Array = new Uint8Array(0)): Uint8Array =>
  concatBytes(Uint8Array.of(SHELL), utf8ToBytes(name), Uint8Array.of(0), suffix)

/** All keys that start with `prefix`. */
export function prefixRange(prefix: Uint8Array): StoreRange {
  const end = prefix.slice()
  for (let i = end.length - 1; i >= 0; i--) {
    if (end[i]! < 0xff) {
      end[i]!++
      return { gte: prefix, lt: end.slice(0, i + 1) }
    }
  }
  return { gte: prefix }
}

/** A height as four bytes that sort as the number does. */
export function heightSuffix(height: number): Uint8Array {
  const suffix = new Uint8Array(4)
  new DataView(suffix.buffer).setUint32(0, height, false)
  return suffix
}
