import { ok, type Result } from '@ply/bytes'
import { type Block, isCoinbase, type NetworkParameters, strippedSize } from '@ply/primitives'
import { checkCoinbaseHeight } from './block/coinbaseHeight.ts'
import { checkCoinbasePlacement } from './block/coinbasePlacement.ts'
import { checkFinalTransactions } from './block/finalTransactions.ts'
import { checkMerkleRoot } from './block/merkleRoot.ts'
import { checkSignetSolution } from './block/signetSolution.ts'
import { checkLegacySigopLimit } from './block/sigopLimit.ts'
import { checkTransactions } from './block/transactions.ts'
import { checkBlockLength, checkBlockWeight } from './block/weight.ts'
import { checkWitnessCommitment } from './block/witnessCommitment.ts'
import { isBuriedActive } from './deployments/buried.ts'
import type { ChainHeader } from './header/chainHeader.ts'
import { checkProofOfWork } from './header/proofOfWork.ts'
import { type BlockViolation, invalidBlock } from './violation.ts'

/** What a block that is only being put together does not have yet. Both are checked unless set to false. */
export interface BlockCheckOptions {
  /** Proof of work, and on signet the block's solution. */
  readonly checkProofOfWork?: boolean
  readonly checkMerkleRoot?: boolean
}

/**
 * Every rule of a block that needs nothing but the block, in order: first all that show corruption on the way, so that
 * a valid header is never blamed for wrong transactions. Violations `high-hash`, `bad-signet-blksig`,
 * `bad-txnmrklroot`, `bad-txns-duplicate`, `bad-blk-length`, `bad-cb-missing`, `bad-cb-multiple`, those of
 * `checkTransaction`, `bad-blk-sigops`.
 */
export function checkBlock(
  block: Block,
  parameters: NetworkParameters,
  options: BlockCheckOptions = {},
): Result<undefined, BlockViolation> {
  if (options.checkProofOfWork !== false) {
    const work = checkProofOfWork(block.header, parameters)
    if (!work.ok) return work
    const solution = checkSignetSolution(block, parameters)
    if (!solution.ok) return solution
  }
  if (options.checkMerkleRoot !== false) {
    const merkle = checkMerkleRoot(block)
    if (!merkle.ok) return merkle
  }
  const length = checkBlockLength(block)
  if (!length.ok) return length
  const coinbase = checkCoinbasePlacement(block)
  if (!coinbase.ok) return coinbase
  const transactions = checkTransactions(block)
  if (!transactions.ok) return transactions
  return checkLegacySigopLimit(block)
}

/**
 * Every rule of a block that passed {@link checkBlock} that needs the headers before it and no coins, in order.
 * Violations `bad-txns-nonfinal`, `bad-cb-height`, `bad-witness-nonce-size`, `bad-witness-merkle-match`,
 * `unexpected-witness`, `bad-blk-weight`.
 */
export function checkContextualBlock(
  block: Block,
  previous: ChainHeader,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  const height = previous.height + 1
  const final = checkFinalTransactions(block, previous, parameters)
  if (!final.ok) return final
  const coinbaseHeight = checkCoinbaseHeight(block, height, parameters)
  if (!coinbaseHeight.ok) return coinbaseHeight
  const witness = checkWitnessCommitment(block, isBuriedActive('segwit', height, parameters))
  if (!witness.ok) return witness
  return checkBlockWeight(block)
}

/**
 * Fails where the transactions cannot be those that the header commits to: a peer may have spoiled a valid block.
 * `expectWitness`: segwit is active at its height. Violations `bad-txnmrklroot`, `bad-txns-duplicate`,
 * `bad-witness-nonce-size`, `bad-witness-merkle-match`, `unexpected-witness`.
 */
export function checkMutation(block: Block, expectWitness: boolean): Result<undefined, BlockViolation> {
  const merkle = checkMerkleRoot(block)
  if (!merkle.ok) return merkle
  const [coinbase] = block.transactions
  if (coinbase !== undefined && isCoinbase(coinbase)) return checkWitnessCommitment(block, expectWitness)
  if (!block.transactions.some((tx) => strippedSize(tx) === 64)) return ok(undefined)
  return invalidBlock('mutated', 'bad-txnmrklroot', '64 bytes could be an inner node of the merkle tree')
}
