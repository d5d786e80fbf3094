import { concatBytes, equalBytes, ok, type Result } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { type Block, blockWitnessMerkleRoot, hasWitness, type Transaction } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** OP_RETURN, push of 36 bytes, and the four bytes that mark the commitment. */
const COMMITMENT_HEADER = Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed)
const COMMITMENT_SIZE = 38

/** BIP 141: index of the coinbase output that holds the commitment: the last one of that form, or -1. */
export function findWitnessCommitment(coinbase: Transaction): number {
  return coinbase.outputs.findLastIndex(
    ({ scriptPubKey }) =>
      scriptPubKey.length >= COMMITMENT_SIZE &&
      equalBytes(scriptPubKey.subarray(0, COMMITMENT_HEADER.length), COMMITMENT_HEADER),
  )
}

/** The hash that a block commits to under `reservedValue` (the coinbase's witness, 32 bytes). */
export function computeWitnessCommitment(block: Pick<Block, 'transactions'>, reservedValue: Uint8Array): Uint8Array {
  return hash256(concatBytes(blockWitnessMerkleRoot(block), reservedValue))
}

/** The output script that carries a commitment. */
export function createWitnessCommitmentScript(commitment: Uint8Array): Uint8Array {
  return concatBytes(COMMITMENT_HEADER, commitment)
}

/** Blocks whose commitment was found right. */
const passed = new WeakSet<Block>()

/**
 * BIP 141: the coinbase commits to all witnesses, or (always where `expected` is false) there are none. Violations
 * `bad-witness-nonce-size`, `bad-witness-merkle-match`, `unexpected-witness`.
 */
export function checkWitnessCommitment(block: Block, expected: boolean): Result<undefined, BlockViolation> {
  if (expected && passed.has(block)) return ok(undefined)
  const [coinbase] = block.transactions
  const index = expected && coinbase !== undefined ? findWitnessCommitment(coinbase) : -1
  if (coinbase === undefined || index < 0) {
    return block.transactions.some(hasWitness)
      ? invalidBlock('mutated', 'unexpected-witness', 'CheckWitnessMalleation : unexpected witness data found')
      : ok(undefined)
  }
  const stack = coinbase.inputs[0]?.witness ?? []
  const [reserved] = stack
  if (reserved === undefined || stack.length !== 1 || reserved.length !== 32) {
    const message = 'CheckWitnessMalleation : invalid witness reserved value size'
    return invalidBlock('mutated', 'bad-witness-nonce-size', message)
  }
  const committed = coinbase.outputs[index]!.scriptPubKey.subarray(COMMITMENT_HEADER.length, COMMITMENT_SIZE)
  if (!equalBytes(committed, computeWitnessCommitment(block, reserved))) {
    const message = 'CheckWitnessMalleation : witness merkle commitment mismatch'
    return invalidBlock('mutated', 'bad-witness-merkle-match', message)
  }
  passed.add(block)
  return ok(undefined)
}
