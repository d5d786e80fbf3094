import { bigintFromBytesBE, concatBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { Transaction } from '@ply/primitives'

// BOLT 3: the 48-bit commitment number, hidden from everyone who does not know both payment basepoints.

/** What a commitment number is XORed with. */
export function computeObscuringFactor(
  openerPaymentBasepoint: Uint8Array,
  accepterPaymentBasepoint: Uint8Array,
): bigint {
  return bigintFromBytesBE(sha256(concatBytes(openerPaymentBasepoint, accepterPaymentBasepoint)).subarray(26))
}

/** Lock time and sequence of the commitment transaction with this number. */
export function obscureNumber(
  number: number,
  factor: bigint,
): { readonly lockTime: number; readonly sequence: number } {
  const obscured = BigInt(number) ^ factor
  return {
    lockTime: 0x20000000 + Number(obscured & 0xffffffn),
    sequence: 0x80000000 + Number(obscured >> 24n),
  }
}

/** The commitment number of a transaction that spends the funding output; undefined if it is not a commitment. */
export function readCommitmentNumber(transaction: Transaction, factor: bigint): number | undefined {
  const [input] = transaction.inputs
  if (!input || transaction.inputs.length !== 1) return undefined
  if (input.sequence >>> 24 !== 0x80 || transaction.lockTime >>> 24 !== 0x20) return undefined
  const obscured = (BigInt(input.sequence & 0xffffff) << 24n) | BigInt(transaction.lockTime & 0xffffff)
  return Number(obscured ^ factor)
}
