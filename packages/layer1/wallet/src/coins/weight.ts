import { compactSizeLength } from '@ply/bytes'
import { strippedSize, type Transaction, WITNESS_SCALE_FACTOR } from '@ply/primitives'
import type { ScriptType } from '../keys/scriptType.ts'

/** Outpoint, empty scriptSig and sequence. */
const EMPTY_INPUT_SIZE = 41

/**
 * Witness bytes that an input of the wallet needs at most. P2WPKH: item count, signature of 71 bytes (low r, low s,
 * sighash byte), key of 33. P2TR: item count and a signature of 64.
 */
export const WITNESS_SIZES: Readonly<Record<ScriptType, number>> = {
  p2wpkh: 1 + (1 + 71) + (1 + 33),
  p2tr: 1 + (1 + 64),
}

/** Weight that an input adds to a segwit transaction. */
export function inputWeight(type: ScriptType): number {
  return EMPTY_INPUT_SIZE * WITNESS_SCALE_FACTOR + WITNESS_SIZES[type]
}

/** Weight that an output adds. */
export function outputWeight(scriptPubKey: Uint8Array): number {
  return (8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length) * WITNESS_SCALE_FACTOR
}

/** Weight of a segwit transaction whose witnesses (counts included) will have `witnessSize` bytes together. */
export function unsignedWeight(tx: Transaction, witnessSize: number): number {
  return strippedSize(tx) * WITNESS_SCALE_FACTOR + 2 + witnessSize
}
