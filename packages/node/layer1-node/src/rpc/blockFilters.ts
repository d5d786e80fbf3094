import { bytesToHex } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { BlockFilterIndex } from '../index/blockFilterIndex.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { findBlock } from './lookups.ts'

/** The index of the named type of filters; error -5 for a type that there is not, -1 where it is not kept. */
export function requireFilterIndex(node: Layer1Node, args: RpcArguments): BlockFilterIndex {
  const type = args.string('filtertype')
  if (type !== 'basic') throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Unknown filtertype')
  const index = node.blockFilterIndex
  if (!index) throw new RpcError(RPC_ERROR.misc, `Index is not enabled for filtertype ${type}`)
  return index
}

async function blockFilter(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const hash = args.hash('blockhash')
  const index = requireFilterIndex(node, args)
  const block = findBlock(node, hash)
  const filter = await index.filter(block.hash)
  const header = await index.header(block.hash)
  if (filter && header) return { filter: bytesToHex(filter), header: hashToDisplay(header) }
  if (block.validity !== 'scripts') {
    const message = 'Filter not found. Block was not connected to active chain.'
    throw new RpcError(RPC_ERROR.invalidAddressOrKey, message)
  }
  const reason = index.sync.synced
    ? 'This error is unexpected and indicates index corruption.'
    : 'Block filters are still in the process of being indexed.'
  throw new RpcError(index.sync.synced ? RPC_ERROR.internal : RPC_ERROR.misc, `Filter not found. ${reason}`)
}

export function blockFilterMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getblockfilter',
      group: 'Blockchain',
      help: 'The BIP 158 filter of a block, with the header of its filter.',
      params: [
        param('blockhash', 'hash', 'The block.'),
        optional('filtertype', 'string', 'basic, the only one.', { default: 'basic' }),
      ],
      handler: (args) => blockFilter(node, args),
    },
  ]
}
