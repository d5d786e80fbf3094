import type { BlockNode } from '@ply/chain'
import { computeDifficulty, computeMedianTimePast } from '@ply/consensus'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, RawNumber } from '@ply/rpc'
import type { BlockRow } from '../addressIndex/rows.ts'

/** A block as Esplora shows it. */
export function blockJson(node: BlockNode, { size, weight, transactions }: BlockRow): Record<string, JsonOutput> {
  return {
    id: hashToDisplay(node.hash),
    height: node.height,
    version: node.version,
    timestamp: node.time,
    tx_count: transactions,
    size,
    weight,
    merkle_root: hashToDisplay(node.merkleRoot),
    previousblockhash: node.previous ? hashToDisplay(node.previous.hash) : null,
    mediantime: computeMedianTimePast(node),
    nonce: node.nonce,
    bits: node.bits,
    difficulty: new RawNumber(String(computeDifficulty(node.bits))),
  }
}
