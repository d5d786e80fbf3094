import { assert } from '@ply/bytes'

/** Operands of arithmetic are at most this long; lock times may have five bytes. */
export const MAX_SCRIPT_NUMBER_SIZE = 4

const EMPTY = new Uint8Array(0)

/** Little-endian with the sign in the top bit, in its shortest form; zero is empty. Takes any safe integer. */
export function encodeScriptNumber(value: number | bigint): Uint8Array {
  const number = Number(value)
  assert(Number.isSafeInteger(number), 'script number out of range')
  if (number === 0) return EMPTY
  const bytes: number[] = []
  for (let rest = Math.abs(number); rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256)
  const last = bytes.length - 1
  const sign = number < 0 ? 0x80 : 0
  if ((bytes[last]! & 0x80) !== 0) bytes.push(sign)
  else bytes[last]! |= sign
  return Uint8Array.from(bytes)
}

/** True if no shorter encoding gives the same number; negative zero is not minimal. */
export function isMinimalScriptNumber(bytes: Uint8Array): boolean {
  const { length } = bytes
  if (length === 0) return true
  if ((bytes[length - 1]! & 0x7f) !== 0) return true
  return length > 1 && (bytes[length - 2]! & 0x80) !== 0
}

/** The number, or undefined if it is longer than `maxSize` (at most 6) or, with `requireMinimal`, not in its shortest form. */
export function decodeScriptNumber(
  bytes: Uint8Array,
  requireMinimal = false,
  maxSize = MAX_SCRIPT_NUMBER_SIZE,
): number | undefined {
  const { length } = bytes
  if (length > maxSize || (requireMinimal && !isMinimalScriptNumber(bytes))) return undefined
  if (length === 0) return 0
  let magnitude = bytes[length - 1]! & 0x7f
  for (let i = length - 2; i >= 0; i--) magnitude = magnitude * 256 + bytes[i]!
  return (bytes[length - 1]! & 0x80) !== 0 && magnitude !== 0 ? -magnitude : magnitude
}
