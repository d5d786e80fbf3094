import type { BlockNode } from '@ply/chain'
import { computeMedianTimePast } from '@ply/consensus'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, RawNumber } from '@ply/rpc'
import type { BlockRow } from '../addressIndex/rows.ts'

/** How many times harder than mainnet's easiest target. */
function difficulty(bits: number): number {
  return (0xffff / (bits & 0xffffff)) * 256 ** (0x1d - (bits >>> 24))
}

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
    difficulty: new RawNumber(String(difficulty(node.bits))),
  }
}
