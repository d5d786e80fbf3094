import type { BlockNode } from '@ply/chain'
import { difficultyAdjustmentInterval } from '@ply/primitives'
import { optional, type RawNumber, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { floatJson } from './json/blockJson.ts'

const DEFAULT_LOOKUP = 120

/** Hashes per second that the `lookup` blocks up to `end` took, by their times. */
export function computeNetworkHashRate(end: BlockNode, lookup: number): number {
  const start = end.ancestor(Math.max(0, end.height - lookup))
  if (!start) return 0
  let earliest = end.time
  let latest = end.time
  for (let at: BlockNode | undefined = end; at && at.height >= start.height; at = at.previous) {
    earliest = Math.min(earliest, at.time)
    latest = Math.max(latest, at.time)
  }
  return earliest === latest ? 0 : Number(end.chainWork - start.chainWork) / (latest - earliest)
}

/** The rate over the last blocks of the active chain; -1 of them: since the last change of difficulty. */
export function networkHashRateJson(
  { chain, network }: Layer1Node,
  lookup = DEFAULT_LOOKUP,
  height = -1,
): RawNumber | number {
  if (lookup < -1 || lookup === 0) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid nblocks. Must be a positive number or -1.')
  }
  const end = height === -1 ? chain.tip : chain.tree.active.at(height)
  if (!end) throw new RpcError(RPC_ERROR.invalidParameter, 'Block does not exist at specified height')
  if (end.height === 0) return 0
  const blocks = lookup === -1 ? (end.height % difficultyAdjustmentInterval(network)) + 1 : lookup
  return floatJson(computeNetworkHashRate(end, blocks))
}

export function networkHashRateMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getnetworkhashps',
      group: 'Mining',
      help: 'Estimate of the hashes per second of all miners together.',
      params: [
        optional('nblocks', 'number', `Blocks to look at, -1 for all of this difficulty.`, { default: DEFAULT_LOOKUP }),
        optional('height', 'number', 'The last of them; -1 for the tip.', { default: -1 }),
      ],
      handler: (args) => networkHashRateJson(node, args.integer('nblocks'), args.integer('height')),
    },
  ]
}
