/** How much the pathfinder minds things that are not fees, all expressed in millisatoshi. */
export interface CostWeights {
  /** Share of the amount per block that it may stay locked. */
  readonly lockPerBlock: number
  /** For every hop: each can fail. */
  readonly perHop: number
  /** For each factor e by which success becomes less likely: a fixed part and a share of the amount. */
  readonly unlikelyBase: number
  readonly unlikelyShare: number
}

/** Fees first, but not at any price in blocks and failures. */
export const BALANCED: CostWeights = { lockPerBlock: 2e-9, perHop: 300, unlikelyBase: 1_000, unlikelyShare: 0.0005 }
/** The lowest fee there is. */
export const FEES_ONLY: CostWeights = { lockPerBlock: 0, perHop: 0, unlikelyBase: 0, unlikelyShare: 0 }
/** The fewest hops and blocks, whatever the fee. */
export const SHORTEST: CostWeights = { lockPerBlock: 1e-6, perHop: 1e9, unlikelyBase: 0, unlikelyShare: 0 }

export interface EdgeCostInput {
  readonly amountMsat: bigint
  readonly feeMsat: bigint
  readonly cltvExpiryDelta: number
  /** In (0, 1]. */
  readonly probability: number
}

/** The cost of sending an amount over one edge, fee included. */
export function computeEdgeCost(
  { amountMsat, feeMsat, cltvExpiryDelta, probability }: EdgeCostInput,
  w: CostWeights,
): number {
  const amount = Number(amountMsat)
  const lock = amount * cltvExpiryDelta * w.lockPerBlock
  const unlikely = -Math.log(probability) * (w.unlikelyBase + amount * w.unlikelyShare)
  return Number(feeMsat) + lock + w.perHop + unlikely
}
