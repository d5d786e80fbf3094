import type { BuriedDeployment, NetworkParameters } from '@ply/primitives'

/** BIP 90: true if the rules of `deployment` hold in the block at `height`. */
export function isBuriedActive(deployment: BuriedDeployment, height: number, parameters: NetworkParameters): boolean {
  return height >= parameters.consensus.buriedHeights[deployment]
}
