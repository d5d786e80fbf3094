import { bytesToHex } from '@ply/bytes'
import {
  type BlockNode,
  computeBasicFilter,
  computeFilterHeader,
  type FilterHeader,
  NO_FILTER_HEADER,
} from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import { optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { checkHasBlock, checkHasUndo, findBlock } from './lookups.ts'

/** BIP 158 filters of connected blocks, worked out when they are asked for. Their headers (BIP 157) are remembered. */
class BlockFilters {
  readonly #node: Layer1Node
  readonly #headers = new Map<BlockNode, FilterHeader>()

  constructor(node: Layer1Node) {
    this.#node = node
  }

  async filter(block: BlockNode): Promise<Uint8Array> {
    checkHasBlock(this.#node, block)
    checkHasUndo(this.#node, block)
    const undo = (await this.#node.chain.readUndo(block)) ?? []
    const spent = undo.flat().map((coin) => coin.output.scriptPubKey)
    return computeBasicFilter(await this.#node.chain.readBlock(block), spent)
  }

  /** Commits to the filters of all blocks up to this one. */
  async header(block: BlockNode): Promise<FilterHeader> {
    const unknown: BlockNode[] = []
    let at: BlockNode | undefined = block
    for (; at && !this.#headers.has(at); at = at.previous) unknown.push(at)
    let header = (at && this.#headers.get(at)) ?? NO_FILTER_HEADER
    for (const next of unknown.reverse()) {
      header = computeFilterHeader(await this.filter(next), header)
      this.#headers.set(next, header)
    }
    return header
  }
}

export function blockFilterMethods(node: Layer1Node): RpcMethod[] {
  const filters = new BlockFilters(node)
  return [
    {
      name: 'getblockfilter',
      group: 'Blockchain',
      help: 'The BIP 158 filter of a block, with the header of its filter.',
      params: [param('blockhash', 'hash', 'The block.'), optional('filtertype', 'string', 'basic, the only one.')],
      handler: async (args) => {
        const hash = args.hash('blockhash')
        if (args.string('filtertype', 'basic') !== 'basic') {
          throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Unknown filtertype')
        }
        const found = findBlock(node, hash)
        if (found.validity !== 'scripts') {
          const message = 'Filter not found. Block was not connected to active chain.'
          throw new RpcError(RPC_ERROR.invalidAddressOrKey, message)
        }
        return { filter: bytesToHex(await filters.filter(found)), header: hashToDisplay(await filters.header(found)) }
      },
    },
  ]
}
