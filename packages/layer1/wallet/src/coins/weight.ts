import { compactSizeLength } from '@ply/bytes'
import { strippedSize, type Transaction, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import type { ScriptType } from '../keys/scriptType.ts'

/** Outpoint, empty scriptSig and sequence. */
const EMPTY_INPUT_SIZE = 41

/** Item count, signature of 71 bytes (low r, low s, sighash byte), key of 33. */
const P2WPKH_WITNESS_SIZE = 1 + (1 + 71) + (1 + 33)

/**
 * Weight that an input of the wallet needs at most beyond an empty input: its witness, and in legacy outputs the
 * scriptSig, whose bytes count four times. P2TR: item count and a signature of 64.
 */
export const SATISFACTION_WEIGHTS: Readonly<Record<ScriptType, number>> = {
  p2wpkh: P2WPKH_WITNESS_SIZE,
  p2tr: 1 + (1 + 64),
  'p2sh-p2wpkh': WITNESS_SCALE_FACTOR * (1 + 22) + P2WPKH_WITNESS_SIZE,
  p2pkh: WITNESS_SCALE_FACTOR * (1 + 71 + (1 + 33)) + 1,
}

/** Weight that an input adds to a segwit transaction. */
export function inputWeight(type: ScriptType): number {
  return EMPTY_INPUT_SIZE * WITNESS_SCALE_FACTOR + SATISFACTION_WEIGHTS[type]
}

/** Weight that an output adds. */
export function outputWeight(scriptPubKey: Uint8Array): number {
  return (8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length) * WITNESS_SCALE_FACTOR
}

/**
 * Weight of a segwit transaction whose witnesses (counts included) will have `witnessSize` bytes together; missing
 * scriptSigs count four times in that.
 */
export function unsignedWeight(tx: Transaction, witnessSize: number): number {
  return strippedSize(tx) * WITNESS_SCALE_FACTOR + 2 + witnessSize
}
