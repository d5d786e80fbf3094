import { type JsonOutput, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { NODE_WITNESS } from '@ply/p2p'
import type { BlockHash } from '@ply/primitives'
import type { Layer1Node } from '../layer1Node.ts'

const fail = (message: string): never => {
  throw new RpcError(RPC_ERROR.misc, message)
}

function fetchBlock({ chain, peers }: Layer1Node, args: RpcArguments): JsonOutput {
  const hash = args.hash('blockhash') as BlockHash
  const id = Number(args.int64('peer_id'))
  const block = chain.find(hash)
  if (!block) return fail('Block header missing')
  if (chain.pruned && block.height > chain.tip.height) {
    return fail('In prune mode, only blocks that the node has already synced previously can be fetched from a peer')
  }
  if (block.data) return fail('Block already downloaded')
  const peer = peers.peers().find((each) => each.id === id)
  if (!peer) return fail('Peer does not exist')
  if ((peer.services & NODE_WITNESS) === 0n) return fail('Pre-SegWit peer')
  if ([...peer.blocksInFlight].includes(block.height)) return fail('Already requested from this peer')
  peers.fetchBlock(id, hash)
  return {}
}

export const fetchBlockMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'getblockfrompeer',
    group: 'Blockchain',
    help: 'Asks a peer for a block whose header is known; the block comes later, if at all.',
    params: [param('blockhash', 'hash', 'The block.'), param('peer_id', 'number', 'Number of the connection.')],
    handler: (args) => fetchBlock(node, args),
  },
]
