import { bigintFromBytesLE, bigintToBytesLE } from '@ply/bytes'
import { chacha20Stream, sha256 } from '@ply/crypto'
import { encodeHashedCoin, type UtxoHash } from './utxoHash.ts'

/** The largest 3072-bit safe prime. */
const MODULUS = (1n << 3072n) - 1103717n
const SIZE = 384
const NONCE = new Uint8Array(12)

function elementOf(data: Uint8Array): bigint {
  return bigintFromBytesLE(chacha20Stream(sha256(data), NONCE, SIZE)) % MODULUS
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
    hash.#numerator = bigintFromBytesLE(state) % MODULUS
    return hash
  }

  insert(data: Uint8Array): this {
    this.#numerator = (this.#numerator * elementOf(data)) % MODULUS
    return this
  }

  remove(data: Uint8Array): this {
    this.#denominator = (this.#denominator * elementOf(data)) % MODULUS
    return this
  }

  /** All that there is to know, in 384 bytes: with {@link restore}, the hash can be gone on with. */
  state(): Uint8Array {
    if (this.#denominator !== 1n) {
      this.#numerator = (this.#numerator * invert(this.#denominator)) % MODULUS
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
