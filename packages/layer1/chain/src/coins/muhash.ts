import { bigintFromBytesLE, bigintToBytesLE } from '@ply/bytes'
import { chacha20Stream, sha256 } from '@ply/crypto'
import { encodeHashedCoin, type UtxoHash } from './utxoHash.ts'

const BITS = 3072n
const SIZE = 384
/** How much the modulus is less than a power of two. */
const SHORTFALL = 1103717n
/** The largest 3072-bit safe prime. */
const MODULUS = (1n << BITS) - SHORTFALL
const LOW_BITS = (1n << BITS) - 1n

/** `value` modulo {@link MODULUS}: what stands above the power of two counts as often as that is above the modulus. */
function reduce(value: bigint): bigint {
  let rest = value
  while (rest > LOW_BITS) rest = (rest & LOW_BITS) + (rest >> BITS) * SHORTFALL
  return rest < MODULUS ? rest : rest - MODULUS
}
const NONCE = new Uint8Array(12)

function elementOf(data: Uint8Array): bigint {
  return reduce(bigintFromBytesLE(chacha20Stream(sha256(data), NONCE, SIZE)))
}

/** The inverse modulo {@link MODULUS}, by the extended Euclidean algorithm. */
function invert(value: bigint): bigint {
  let [r0, r1] = [MODULUS, value]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[t0, t1] = [t1, t0 - quotient * t1]
  }
  return t0 < 0n ? t0 + MODULUS : t0
}

/** MuHash3072: a hash of a set to which members can be added, and taken away again, in any order. */
export class MuHash {
  #numerator = 1n
  #denominator = 1n

  /** The hash whose {@link state} was kept. */
  static restore(state: Uint8Array): MuHash {
    const hash = new MuHash()
    hash.#numerator = reduce(bigintFromBytesLE(state))
    return hash
  }

  insert(data: Uint8Array): this {
    this.#numerator = reduce(this.#numerator * elementOf(data))
    return this
  }

  remove(data: Uint8Array): this {
    this.#denominator = reduce(this.#denominator * elementOf(data))
    return this
  }

  /** All that there is to know, in 384 bytes: with {@link restore}, the hash can be gone on with. */
  state(): Uint8Array {
    if (this.#denominator !== 1n) {
      this.#numerator = reduce(this.#numerator * invert(this.#denominator))
      this.#denominator = 1n
    }
    return bigintToBytesLE(this.#numerator, SIZE)
  }

  /** 32 bytes in internal order. */
  digest(): Uint8Array {
    return sha256(this.state())
  }
}

/** `muhash` of `gettxoutsetinfo`; the order of coins does not matter. */
export function createMuHashUtxoHash(): UtxoHash {
  const hash = new MuHash()
  return { add: (outpoint, coin) => void hash.insert(encodeHashedCoin(outpoint, coin)), digest: () => hash.digest() }
}
