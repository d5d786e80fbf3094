import { assert } from '@ply/bytes'

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

/** The hash that was computed last: its halves, as signed numbers. */
let hashLow = 0
let hashHigh = 0

/**
 * SipHash-2-4 into {@link hashLow} and {@link hashHigh}. A 64-bit word is two 32-bit halves in variables of their own:
 * far faster than bigints, and than halves in an array. The last word of `data` holds its length; a last step without
 * data has four rounds in place of two.
 */
function computeHash(key: SipHashKey, data: Uint8Array): void {
  // As signed numbers, which the engine keeps in registers.
  let v0Low = key[0]! | 0
  let v0High = key[1]! | 0
  let v1Low = key[2]! | 0
  let v1High = key[3]! | 0
  let v2Low = key[4]! | 0
  let v2High = key[5]! | 0
  let v3Low = key[6]! | 0
  let v3High = key[7]! | 0
  const lastWord = data.length - (data.length % 8)
  for (let at = 0; at <= lastWord + 8; at += 8) {
    let low = 0
    let high = 0
    let rounds = 2
    if (at < lastWord) {
      low = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)
      high = data[at + 4]! | (data[at + 5]! << 8) | (data[at + 6]! << 16) | (data[at + 7]! << 24)
    } else if (at === lastWord) {
      high = data.length << 24
      for (let i = at; i < data.length; i++) {
        const bits = 8 * (i - at)
        if (bits < 32) low |= data[i]! << bits
        else high |= data[i]! << (bits - 32)
      }
    } else {
      v2Low ^= 0xff
      rounds = 4
    }
    v3Low ^= low
    v3High ^= high
    for (; rounds > 0; rounds--) {
      let sum = (v0Low >>> 0) + (v1Low >>> 0)
      v0High = (v0High + v1High + (sum > 0xffffffff ? 1 : 0)) | 0
      v0Low = sum | 0
      let before = v1Low
      v1Low = ((v1Low << 13) | (v1High >>> 19)) ^ v0Low
      v1High = ((v1High << 13) | (before >>> 19)) ^ v0High
      before = v0Low
      v0Low = v0High
      v0High = before

      sum = (v2Low >>> 0) + (v3Low >>> 0)
      v2High = (v2High + v3High + (sum > 0xffffffff ? 1 : 0)) | 0
      v2Low = sum | 0
      before = v3Low
      v3Low = ((v3Low << 16) | (v3High >>> 16)) ^ v2Low
      v3High = ((v3High << 16) | (before >>> 16)) ^ v2High

      sum = (v0Low >>> 0) + (v3Low >>> 0)
      v0High = (v0High + v3High + (sum > 0xffffffff ? 1 : 0)) | 0
      v0Low = sum | 0
      before = v3Low
      v3Low = ((v3Low << 21) | (v3High >>> 11)) ^ v0Low
      v3High = ((v3High << 21) | (before >>> 11)) ^ v0High

      sum = (v2Low >>> 0) + (v1Low >>> 0)
      v2High = (v2High + v1High + (sum > 0xffffffff ? 1 : 0)) | 0
      v2Low = sum | 0
      before = v1Low
      v1Low = ((v1Low << 17) | (v1High >>> 15)) ^ v2Low
      v1High = ((v1High << 17) | (before >>> 15)) ^ v2High
      before = v2Low
      v2Low = v2High
      v2High = before
    }
    v0Low ^= low
    v0High ^= high
  }
  hashLow = v0Low ^ v1Low ^ v2Low ^ v3Low
  hashHigh = v0High ^ v1High ^ v2High ^ v3High
}

/** SipHash-2-4 of `data` under a key of 16 bytes, as an unsigned 64-bit number (BIP 158). */
export function sipHash24(key: Uint8Array, data: Uint8Array): bigint {
  computeHash(createSipHashKey(key), data)
  return (BigInt(hashHigh >>> 0) << 32n) | BigInt(hashLow >>> 0)
}

const LIMB = 0x10000

/** Products with 16 bits of a hash are exact up to here. */
export const MAX_SIPHASH_RANGE = 2 ** 37

/** ⌊hash · range / 2^64⌋ for the SipHash-2-4 of `data`: a number below `range` (BIP 158). */
export function sipHashToRange(key: SipHashKey, data: Uint8Array, range: number): number {
  assert(range >= 0 && range <= MAX_SIPHASH_RANGE, 'range is too big for numbers')
  computeHash(key, data)
  let carry = Math.floor(((hashLow & 0xffff) * range) / LIMB)
  carry = Math.floor(((hashLow >>> 16) * range + carry) / LIMB)
  carry = Math.floor(((hashHigh & 0xffff) * range + carry) / LIMB)
  return Math.floor(((hashHigh >>> 16) * range + carry) / LIMB)
}

/** The low 48 bits of SipHash-2-4 of `data`, as an unsigned number (BIP 152). */
export function sipHash48(key: SipHashKey, data: Uint8Array): number {
  computeHash(key, data)
  return (hashLow >>> 0) + (hashHigh & 0xffff) * 2 ** 32
}
