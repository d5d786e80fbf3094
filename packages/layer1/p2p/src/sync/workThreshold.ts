import { computeBlockWork } from '@ply/consensus'
import type { BlockHeader } from '@ply/primitives'
import type { Network } from '../peer/network.ts'

/** Blocks by which a branch may lag behind our tip and still be kept. */
const BUFFER_BLOCKS = 144n

/**
 * The work that a chain must show before any of its headers is kept. Headers of less work cost next to nothing to
 * make: they would fill our memory.
 */
export function computeWorkThreshold({ chain, options }: Network): bigint {
  const tip = chain.tip()
  const near = tip.chainWork - BUFFER_BLOCKS * computeBlockWork(tip.header.bits)
  return near > options.minimumChainWork ? near : options.minimumChainWork
}

/** Hashes that the headers claim to have cost. */
export const computeClaimedWork = (headers: readonly BlockHeader[]): bigint =>
  headers.reduce((sum, { bits }) => sum + computeBlockWork(bits), 0n)
