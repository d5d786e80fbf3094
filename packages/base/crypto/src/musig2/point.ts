import { bigintToBytesBE } from '@ply/bytes'
import { CURVE_ORDER, isPublicKey, pointAdd, pointMultiply, publicKeyFromSecret } from '../keys.ts'

/** BIP 327's notation over the active provider: a point in compressed form, or undefined for the point at infinity. */
export type Point = Uint8Array | undefined

/** Length of a compressed point. */
export const POINT_SIZE = 33

/** BIP 327 `cpoint`: the bytes themselves if they are a point in compressed form, else undefined. */
export function parsePoint(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length === POINT_SIZE && isPublicKey(bytes) ? bytes : undefined
}

/** BIP 327 `cbytes_ext`: infinity is 33 zero bytes. */
export const encodeExtended = (point: Point): Uint8Array => point ?? new Uint8Array(POINT_SIZE)

/** BIP 327 `cpoint_ext`; the point may be infinity, so a failure has a form of its own. */
export function parseExtended(bytes: Uint8Array): { readonly point: Point } | undefined {
  if (bytes.length === POINT_SIZE && bytes.every((byte) => byte === 0)) return { point: undefined }
  const point = parsePoint(bytes)
  return point && { point }
}

// Every operand below is a valid point, so the provider answers undefined for infinity alone.

export function addPoints(a: Point, b: Point): Point {
  if (!a) return b
  return b ? pointAdd(a, b) : a
}

/** k·P for k in [0, n). */
export function multiplyPoint(point: Point, scalar: bigint): Point {
  return point && scalar !== 0n ? pointMultiply(point, bigintToBytesBE(scalar, 32)) : undefined
}

/** k·G for k in [0, n). */
export const multiplyBase = (scalar: bigint): Point => publicKeyFromSecret(bigintToBytesBE(scalar, 32))

export function negatePoint(point: Point): Point {
  if (!point) return undefined
  const negated = point.slice()
  negated[0] = point[0]! ^ 1
  return negated
}

export const hasEvenY = (point: Uint8Array): boolean => point[0] === 0x02

/** BIP 327 `xbytes`: the 32-byte x coordinate. */
export const xBytes = (point: Uint8Array): Uint8Array => point.slice(1)

/** x mod n, in [0, n). */
export const modOrder = (value: bigint): bigint => ((value % CURVE_ORDER) + CURVE_ORDER) % CURVE_ORDER
