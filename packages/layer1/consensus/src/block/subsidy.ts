import { COIN, type NetworkParameters, type Sats, sats } from '@ply/primitives'

const INITIAL_SUBSIDY = 50n * COIN

/** New coins of the block at `height`: 50 bitcoins, halved at each interval, nothing after 64 halvings. */
export function computeSubsidy(height: number, parameters: NetworkParameters): Sats {
  const halvings = Math.floor(height / parameters.consensus.subsidyHalvingInterval)
  return halvings >= 64 ? sats(0) : sats(INITIAL_SUBSIDY >> BigInt(halvings))
}
