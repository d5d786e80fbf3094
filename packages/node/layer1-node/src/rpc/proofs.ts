import { bytesToHex, equalBytes } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { createMerkleBlock, decodeMerkleBlock, encodeMerkleBlock, extractMatches } from '@ply/consensus'
import { computeBlockHash, computeTxid, hashToDisplay, type Txid } from '@ply/primitives'
import { type JsonOutput, optional, param, parseHash, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { checkHasBlock, findBlock } from './lookups.ts'
import { TXIDS } from './paramShapes.ts'

const group = 'Blockchain'
/** Outputs that are looked at to find a transaction's block by a coin of it. */
const MAX_OUTPUTS = 64

/** The block of the active chain that holds the transaction, by a coin of it that is not spent. */
async function findByCoin({ chain, mempool }: Layer1Node, txid: Txid): Promise<BlockNode | undefined> {
  for (let index = 0; index < MAX_OUTPUTS; index++) {
    const coin = await mempool.unspentOutput({ txid, index }, { withMempool: false })
    if (coin?.height !== undefined) return chain.tree.active.at(coin.height)
  }
  return undefined
}

async function findBlockOf(node: Layer1Node, txids: readonly Txid[]): Promise<BlockNode> {
  const indexed = await node.txIndex?.find(txids[0]!)
  if (indexed && node.chain.tree.active.contains(indexed.node)) return indexed.node
  for (const txid of txids) {
    const found = await findByCoin(node, txid)
    if (found) return found
  }
  throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Transaction not yet in block')
}

async function createProof(node: Layer1Node, txids: readonly Txid[], blockHash?: Uint8Array): Promise<JsonOutput> {
  const found = blockHash ? findBlock(node, blockHash) : await findBlockOf(node, txids)
  checkHasBlock(node, found)
  const block = await node.chain.readBlock(found)
  const inside = new Set(block.transactions.map((tx) => bytesToHex(computeTxid(tx))))
  if (!txids.every((txid) => inside.has(bytesToHex(txid)))) {
    const message = 'Not all transactions found in specified or retrieved block'
    throw new RpcError(RPC_ERROR.invalidAddressOrKey, message)
  }
  return bytesToHex(encodeMerkleBlock(createMerkleBlock(block, txids)))
}

export function proofMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'gettxoutproof',
      group,
      help: 'Proves that transactions are in a block.',
      params: [
        param('txids', 'array', 'The transactions, all of one block.', { shape: TXIDS, form: '["txid",...]' }),
        optional('blockhash', 'hash', 'The block, if it is not to be searched for.'),
      ],
      handler: (args) => {
        const listed = args.array('txids')
        if (listed.length === 0) throw new RpcError(RPC_ERROR.invalidParameter, "Parameter 'txids' cannot be empty")
        const txids = new Map<string, Txid>()
        for (const item of listed) {
          const txid = parseHash(item, 'txid') as Txid
          if (txids.has(bytesToHex(txid))) {
            const message = `Invalid parameter, duplicated txid: ${String(item)}`
            throw new RpcError(RPC_ERROR.invalidParameter, message)
          }
          txids.set(bytesToHex(txid), txid)
        }
        return createProof(node, [...txids.values()], args.has('blockhash') ? args.hash('blockhash') : undefined)
      },
    },
    {
      name: 'verifytxoutproof',
      group,
      help: 'The transactions that a proof proves; none if it does not hold.',
      params: [param('proof', 'hex', 'The proof.')],
      handler: (args) => {
        const proof = decodeMerkleBlock(args.hex('proof'))
        if (!proof.ok) throw new RpcError(RPC_ERROR.misc, 'SpanReader::read(): end of data: iostream error')
        const { header, transactionCount } = proof.value
        const matches = extractMatches(proof.value)
        if (!matches || !equalBytes(matches.root, header.merkleRoot)) return []
        const found = node.chain.find(computeBlockHash(header))
        if (!found || !node.chain.tree.active.contains(found) || found.transactionCount === 0) {
          throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Block not found in chain')
        }
        return found.transactionCount === transactionCount ? matches.txids.map(hashToDisplay) : []
      },
    },
  ]
}
