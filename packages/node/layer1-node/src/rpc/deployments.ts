import type { BlockNode } from '@ply/chain'
import {
  computeDeploymentSince,
  computeDeploymentState,
  computeDeploymentStatistics,
  computeScriptFlags,
  isBuriedActive,
  VersionBitsCache,
} from '@ply/consensus'
import { type BuriedDeployment, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import { type JsonOutput, optional, type RpcMethod } from '@ply/rpc'
import { SCRIPT_FLAGS, type ScriptFlagName } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { findBlock } from './lookups.ts'

const BURIED: readonly BuriedDeployment[] = ['bip34', 'bip66', 'bip65', 'csv', 'segwit']
const NEVER_TIMES_OUT = 9223372036854775807n

function scriptFlagNames(flags: number): string[] {
  const names = Object.keys(SCRIPT_FLAGS) as ScriptFlagName[]
  return names.filter((name) => (flags & SCRIPT_FLAGS[name]) !== 0).sort()
}

function startTimeJson(startTime: number | 'never' | 'always'): number {
  if (startTime === 'always') return -1
  return startTime === 'never' ? -2 : startTime
}

/** A BIP 9 deployment as seen from a block; undefined where it can never come. */
function versionBitsJson(versionBits: VersionBitsCache, node: BlockNode, network: NetworkParameters): JsonOutput {
  const { condition, cache } = versionBits.deployment('testdummy')
  const { bit, startTime, timeout, minActivationHeight } = network.consensus.deployments.testdummy
  if (startTime === 'never') return undefined
  const status = computeDeploymentState(condition, node.previous, cache)
  const next = computeDeploymentState(condition, node, cache)
  const since = computeDeploymentSince(condition, node.previous, cache)
  const signals = status === 'started' || status === 'locked_in'
  const statistics = signals ? computeDeploymentStatistics(condition, node) : undefined
  const activeSince =
    status === 'active' ? since : next === 'active' ? computeDeploymentSince(condition, node, cache) : undefined
  return {
    type: 'bip9',
    height: activeSince,
    active: activeSince !== undefined && activeSince <= node.height + 1,
    bip9: {
      bit: statistics && bit,
      start_time: startTimeJson(startTime),
      timeout: Number.isFinite(timeout) ? timeout : NEVER_TIMES_OUT,
      min_activation_height: minActivationHeight,
      status,
      since,
      status_next: next,
      statistics: statistics && {
        period: statistics.period,
        elapsed: statistics.elapsed,
        count: statistics.count,
        threshold: status === 'started' ? statistics.threshold : undefined,
        possible: status === 'started' ? statistics.possible : undefined,
      },
      signalling: statistics?.signalling.map((signal) => (signal ? '#' : '-')).join(''),
    },
  }
}

export function deploymentMethods(node: Layer1Node): RpcMethod[] {
  const { chain, network } = node
  const versionBits = new VersionBitsCache(network)
  return [
    {
      name: 'getdeploymentinfo',
      group: 'Blockchain',
      help: 'Which rules hold at a block, and how signalling for others goes.',
      params: [optional('blockhash', 'hash', 'The block; the tip by default.')],
      handler: (args) => {
        const found = args.has('blockhash') ? findBlock(node, args.hash('blockhash')) : chain.tip
        const buried = BURIED.map((name): [string, JsonOutput] => [
          name,
          {
            type: 'buried',
            active: isBuriedActive(name, found.height + 1, network),
            height: network.consensus.buriedHeights[name],
          },
        ])
        return {
          hash: hashToDisplay(found.hash),
          height: found.height,
          script_flags: scriptFlagNames(computeScriptFlags(found.hash, found.height, network)),
          deployments: { ...Object.fromEntries(buried), testdummy: versionBitsJson(versionBits, found, network) },
        }
      },
    },
  ]
}
