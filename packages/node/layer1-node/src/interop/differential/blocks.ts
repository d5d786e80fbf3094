import { commitToWitnesses, createCoinbase } from '@ply/chain'
import {
  type ChainHeader,
  computeMedianTimePast,
  computeNextBits,
  computeSubsidy,
  hasProofOfWork,
  isBuriedActive,
} from '@ply/consensus'
import {
  type Block,
  type BlockHeader,
  blockMerkleRoot,
  computeBlockHash,
  type NetworkParameters,
  sats,
  type Transaction,
} from '@ply/primitives'

export interface BlockWishes {
  readonly parameters: NetworkParameters
  readonly previous: ChainHeader
  readonly transactions: readonly Transaction[]
  readonly fees: bigint
  readonly rewardScript: Uint8Array
  readonly time: number
  readonly version?: number
  /** Changes the coinbase before the witnesses are committed to. */
  readonly coinbase?: (coinbase: Transaction) => Transaction
  /** Changes the coinbase after that. */
  readonly committed?: (coinbase: Transaction) => Transaction
  readonly withoutCommitment?: boolean
}

/** Searches a nonce; with `poor` one whose hash does not do. */
export function mineHeader(header: BlockHeader, parameters: NetworkParameters, poor = false): BlockHeader {
  for (let nonce = header.nonce; ; nonce++) {
    const candidate = { ...header, nonce }
    const limit = { ...parameters, consensus: { ...parameters.consensus, powLimit: 1n << 256n } }
    if (hasProofOfWork(computeBlockHash(candidate), header.bits, limit) !== poor) return candidate
  }
}

/** Puts the right merkle root and proof of work on changed transactions. */
export function remine(block: Block, parameters: NetworkParameters, header: Partial<BlockHeader> = {}): Block {
  const merkleRoot = blockMerkleRoot(block).root
  return { ...block, header: mineHeader({ ...block.header, merkleRoot, ...header }, parameters) }
}

/** A whole block on top of `previous`, with its proof of work. */
export function buildBlock(wishes: BlockWishes): Block {
  const { parameters, previous, transactions, time } = wishes
  const height = previous.height + 1
  const reward = sats(wishes.fees + computeSubsidy(height, parameters))
  const plain = createCoinbase(height, reward, wishes.rewardScript)
  const changed = wishes.coinbase?.(plain) ?? plain
  const active = isBuriedActive('segwit', height, parameters)
  const committed = wishes.withoutCommitment ? changed : commitToWitnesses(changed, transactions, active)
  const coinbase = wishes.committed?.(committed) ?? committed
  const block: Block = {
    header: {
      version: wishes.version ?? 0x20000000,
      previousBlockHash: previous.hash,
      merkleRoot: new Uint8Array(32),
      time,
      bits: computeNextBits(previous, time, parameters),
      nonce: 0,
    },
    transactions: [coinbase, ...transactions],
  }
  return remine(block, parameters)
}

/** The earliest time that a block on top of `previous` may have, or now if that is later. */
export const usualTime = (previous: ChainHeader, now: number): number =>
  Math.max(computeMedianTimePast(previous) + 1, Math.min(now, previous.time + 600))
