import { assert } from '@ply/bytes'

// A 64-bit word is two unsigned 32-bit halves in a Uint32Array, low half first: far faster than bigints.

/** v[i] += v[j] */
function add(v: Uint32Array, i: number, j: number): void {
  const low = v[i]! + v[j]!
  v[i + 1] = v[i + 1]! + v[j + 1]! + (low > 0xffffffff ? 1 : 0)
  v[i] = low
}

/** v[i] = rotateLeft(v[i], bits) ^ v[j], for fewer than 32 bits */
function rotateXor(v: Uint32Array, i: number, bits: number, j: number): void {
  const [low, high] = [v[i]!, v[i + 1]!]
  v[i] = ((low << bits) | (high >>> (32 - bits))) ^ v[j]!
  v[i + 1] = ((high << bits) | (low >>> (32 - bits))) ^ v[j + 1]!
}

/** Rotates by 32 bits. */
function swapHalves(v: Uint32Array, i: number): void {
  const low = v[i]!
  v[i] = v[i + 1]!
  v[i + 1] = low
}

const [V0, V1, V2, V3] = [0, 2, 4, 6] as const

function round(v: Uint32Array): void {
  add(v, V0, V1)
  rotateXor(v, V1, 13, V0)
  swapHalves(v, V0)
  add(v, V2, V3)
  rotateXor(v, V3, 16, V2)
  add(v, V0, V3)
  rotateXor(v, V3, 21, V0)
  add(v, V2, V1)
  rotateXor(v, V1, 17, V2)
  swapHalves(v, V2)
}

function compress(v: Uint32Array, low: number, high: number): void {
  v[V3] = v[V3]! ^ low
  v[V3 + 1] = v[V3 + 1]! ^ high
  round(v)
  round(v)
  v[V0] = v[V0]! ^ low
  v[V0 + 1] = v[V0 + 1]! ^ high
}

/** "somepseudorandomlygeneratedbytes" as v0…v3, low halves first. */
const INITIAL = Uint32Array.of(
  0x70736575,
  0x736f6d65,
  0x6e646f6d,
  0x646f7261,
  0x6e657261,
  0x6c796765,
  0x79746573,
  0x74656462,
)

/** The state of a hash before any data. */
export type SipHashKey = Uint32Array

/** A key of 16 bytes as `sipHash48` takes it: worth it where many hashes share the key. */
export function createSipHashKey(key: Uint8Array): SipHashKey {
  assert(key.length === 16, 'a SipHash key has 16 bytes')
  const view = new DataView(key.buffer, key.byteOffset, 16)
  return INITIAL.map((word, i) => word ^ view.getUint32((4 * i) % 16, true))
}

/** Leaves the hash as the combination of the four words of `v`. */
function hashInto(v: Uint32Array, data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const whole = data.length - (data.length % 8)
  for (let at = 0; at < whole; at += 8) compress(v, view.getUint32(at, true), view.getUint32(at + 4, true))
  let [low, high] = [0, (data.length & 0xff) << 24]
  for (let at = whole; at < data.length; at++) {
    const bits = 8 * (at - whole)
    if (bits < 32) low |= data[at]! << bits
    else high |= data[at]! << (bits - 32)
  }
  compress(v, low, high)
  v[V2] = v[V2]! ^ 0xff
  for (let i = 0; i < 4; i++) round(v)
}

const lowHalf = (v: Uint32Array): number => (v[V0]! ^ v[V1]! ^ v[V2]! ^ v[V3]!) >>> 0
const highHalf = (v: Uint32Array): number => (v[V0 + 1]! ^ v[V1 + 1]! ^ v[V2 + 1]! ^ v[V3 + 1]!) >>> 0

/** SipHash-2-4 of `data` under a key of 16 bytes, as an unsigned 64-bit number (BIP 158). */
export function sipHash24(key: Uint8Array, data: Uint8Array): bigint {
  const v = createSipHashKey(key)
  hashInto(v, data)
  return (BigInt(highHalf(v)) << 32n) | BigInt(lowHalf(v))
}

const scratch = new Uint32Array(8)

/** The low 48 bits of SipHash-2-4 of `data`, as an unsigned number (BIP 152). */
export function sipHash48(key: SipHashKey, data: Uint8Array): number {
  scratch.set(key)
  hashInto(scratch, data)
  return lowHalf(scratch) + (highHalf(scratch) & 0xffff) * 2 ** 32
}
