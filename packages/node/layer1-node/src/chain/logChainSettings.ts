import type { Logger } from '@ply/ports'
import { type NetworkParameters, NETWORKS } from '@ply/primitives'
import type { PruneTarget } from './pruning.ts'

const MEBIBYTE = 2 ** 20

const asHash = (work: bigint): string => work.toString(16).padStart(64, '0')

/** Tells by which settings the chain is about to be loaded. */
export function logChainSettings(network: NetworkParameters, prune: PruneTarget | undefined, logger: Logger): void {
  const { assumeValid, minimumChainWork } = network.consensus
  logger.log(
    'info',
    assumeValid === undefined
      ? 'Validating signatures for all blocks.'
      : `Assuming ancestors of block ${assumeValid} have valid signatures.`,
  )
  logger.log('info', `Setting nMinimumChainWork=${asHash(minimumChainWork)}`)
  const usual = NETWORKS[network.name].consensus.minimumChainWork
  if (minimumChainWork < usual) {
    logger.log('warn', `nMinimumChainWork set below default value of ${asHash(usual)}`)
  }
  if (prune === 'manual') {
    const words = 'Use RPC call pruneblockchain(height) to manually prune block and undo files.'
    logger.log('info', `Block pruning enabled. ${words}`)
  } else if (prune !== undefined) {
    const target = Math.floor(prune / MEBIBYTE)
    logger.log('info', `Prune configured to target ${target} MiB on disk for block and undo files.`)
  }
}
