import { describeMethods, type DescribedMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { addConnectionMethods } from './addConnection.ts'
import { addressMethods } from './addresses.ts'
import { banMethods } from './bans.ts'
import { blockchainMethods } from './blockchain.ts'
import { blockFilterMethods } from './blockFilters.ts'
import { blockStatsMethods } from './blockStats.ts'
import { blockTemplateMethods } from './blockTemplate.ts'
import { chainStatesMethods } from './chainStates.ts'
import { chainStatsMethods } from './chainStats.ts'
import { coinMethods } from './coins.ts'
import { connectionMethods } from './connections.ts'
import { controlMethods, type ProcessControl } from './control.ts'
import { descriptorActivityMethods } from './descriptorActivity.ts'
import { deploymentMethods } from './deployments.ts'
import { echoMethods } from './echo.ts'
import { feeMethods } from './fees.ts'
import { fetchBlockMethods } from './fetchBlock.ts'
import { generateMethods } from './generate.ts'
import { loggingMethods } from './logging.ts'
import { memoryMethods } from './memoryInfo.ts'
import { mempoolMethods } from './mempool.ts'
import { miningMethods } from './mining.ts'
import { decodeScriptMethods } from './decodeScript.ts'
import { networkMethods } from './network.ts'
import { networkHashRateMethods } from './networkHashRate.ts'
import { orphanMethods } from './orphans.ts'
import { outputScriptMethods } from './outputScripts.ts'
import { psbtMethods } from './psbt/methods.ts'
import { signRawTransactionMethods } from './signRawTransactions.ts'
import { scanCoinsMethods } from './scanCoins.ts'
import { scanBlocksMethods } from './scanBlocks.ts'
import { signMessageMethods } from './signMessages.ts'
import { snapshotMethods } from './snapshots.ts'
import { privateBroadcastMethods } from './privateBroadcast.ts'
import { proofMethods } from './proofs.ts'
import { rawTransactionMethods } from './rawTransactions.ts'
import { LAYER1_ERRORS } from './results/errors.ts'
import { LAYER1_RESULTS } from './results/results.ts'
import { txOutSetInfoMethods } from './txOutSetInfo.ts'
import { utilMethods } from './util.ts'

/** Everything that a Layer 1 node answers, with Bitcoin Core's method names. */
export function createLayer1Methods(node: Layer1Node, control: ProcessControl): DescribedMethod[] {
  const methods = [
    ...blockchainMethods(node),
    ...blockStatsMethods(node),
    ...chainStatsMethods(node),
    ...chainStatesMethods(node),
    ...blockFilterMethods(node),
    ...scanBlocksMethods(node),
    ...descriptorActivityMethods(node),
    ...deploymentMethods(node),
    ...proofMethods(node),
    ...coinMethods(node),
    ...scanCoinsMethods(node),
    ...txOutSetInfoMethods(node),
    ...snapshotMethods(node),
    ...rawTransactionMethods(node),
    ...privateBroadcastMethods(node),
    ...decodeScriptMethods(node),
    ...signRawTransactionMethods(node),
    ...psbtMethods(node),
    ...outputScriptMethods(node),
    ...signMessageMethods(node),
    ...mempoolMethods(node),
    ...generateMethods(node),
    ...miningMethods(node),
    ...blockTemplateMethods(node),
    ...networkHashRateMethods(node),
    ...networkMethods(node),
    ...connectionMethods(node),
    ...addressMethods(node),
    ...banMethods(node),
    ...addConnectionMethods(node),
    ...orphanMethods(node),
    ...utilMethods(node),
    ...feeMethods(node),
    ...fetchBlockMethods(node),
    ...controlMethods(node, control),
    ...loggingMethods(node, control),
    ...memoryMethods(),
    ...echoMethods(),
  ]
  return describeMethods(methods, { results: LAYER1_RESULTS, errors: LAYER1_ERRORS })
}
