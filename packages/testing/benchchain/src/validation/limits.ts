import { ecdsaSign, ecdsaVerify, hash256, publicKeyFromSecret, schnorrSign, schnorrVerify, sha256 } from '@ply/crypto'
import type { Phase } from './phases.ts'
import type { Measurement } from './run.ts'

const processorMicroseconds = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Microseconds of processor time that `work` takes, the best of a few tries. */
function cost(times: number, work: (i: number) => unknown): number {
  let best = Infinity
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = processorMicroseconds()
    for (let i = 0; i < times; i++) work(i)
    best = Math.min(best, (processorMicroseconds() - started) / times)
  }
  return best
}

/** Of the signatures that are verified after the scripts ran. */
export const SCHNORR_SHARE = 35 / 95

/** How many bytes of the measured blocks, and their share of Schnorr signatures. */
export interface Load {
  readonly measured: Pick<Measurement, 'inputs' | 'signatures'>
  readonly bytes: number
  readonly schnorrShare: number
}

/** About what a signature of the chain signs, outpoints, amounts and scripts of its transaction included. */
const SIGHASH_BYTES = 2 * 250

/**
 * Microseconds per input that a phase cannot go below on this machine with these primitives: what it must move, hash,
 * look up or verify, done in a tight loop on large pieces.
 */
export function computeLimits({ measured, bytes, schnorrShare }: Load): Readonly<Partial<Record<Phase, number>>> {
  const { inputs, signatures } = measured
  const bytesPerInput = bytes / inputs
  const megabyte = new Uint8Array(1 << 20)
  const target = new Uint8Array(1 << 20)
  const copy = cost(200, () => {
    target.set(megabyte)
  })
  const hash = cost(20, () => sha256(megabyte))

  const keys = Array.from({ length: 100_000 }, (_, i) => `${i} ${i * 7919}`)
  const coins = new Map<string, number>()
  const lookup = cost(keys.length, (i) => {
    const key = keys[i % keys.length]!
    coins.set(key, i)
    coins.delete(keys[(i + 50_000) % keys.length]!)
    return coins.get(key)
  })

  const secret = hash256(new Uint8Array(1))
  const message = hash256(secret)
  const publicKey = publicKeyFromSecret(secret)!
  const ecdsa = ecdsaSign(message, secret)!
  const schnorr = schnorrSign(message, secret, secret)!
  const xOnly = publicKey.slice(1)
  const verifyEcdsa = cost(2000, () => ecdsaVerify(message, ecdsa, publicKey))
  const verifySchnorr = cost(2000, () => schnorrVerify(message, schnorr, xOnly))

  return {
    parse: (copy * bytesPerInput) / megabyte.length,
    // A transaction is hashed with its witness and without it.
    hash: (hash * 2 * bytesPerInput) / megabyte.length,
    coins: lookup,
    scripts: (hash * SIGHASH_BYTES * signatures) / inputs / megabyte.length,
    signatures: ((schnorrShare * verifySchnorr + (1 - schnorrShare) * verifyEcdsa) * signatures) / inputs,
  }
}
