import { bytesToHex, equalBytes } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { computeTxid, encodeTransaction, hashToDisplay, type Transaction, type Txid } from '@ply/primitives'
import {
  joinMembers,
  type JsonOutput,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { TxIndex } from '../index/txIndex.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { transactionJson } from './json/transactionJson.ts'
import { decodeTransactionForms } from './construct/transactionForms.ts'

const group = 'Rawtransactions'

interface Located {
  readonly tx: Transaction
  /** The block that holds it; undefined in the pool. */
  readonly block: BlockNode | undefined
}

async function locate(node: Layer1Node, txid: Txid, block: BlockNode | undefined): Promise<Located> {
  const { chain, mempool, txIndex } = node
  if (equalBytes(txid, computeTxid(node.network.genesis.transactions[0]!))) {
    throw new RpcError(
      RPC_ERROR.invalidAddressOrKey,
      'The genesis block coinbase is not considered an ordinary transaction and cannot be retrieved',
    )
  }
  if (block) {
    if (!block.data) throw new RpcError(RPC_ERROR.misc, 'Block not available')
    const { transactions } = await chain.readBlock(block)
    const tx = transactions.find((candidate) => equalBytes(computeTxid(candidate), txid))
    if (tx) return { tx, block }
    throw new RpcError(
      RPC_ERROR.invalidAddressOrKey,
      'No such transaction found in the provided block. Use gettransaction for wallet transactions.',
    )
  }
  const entry = mempool.mempool.get(txid)
  if (entry) return { tx: entry.tx, block: undefined }
  const found = await txIndex?.find(txid)
  if (found) return { tx: found.tx, block: found.node }
  throw new RpcError(
    RPC_ERROR.invalidAddressOrKey,
    `No such ${describeSearch(txIndex)}. Use gettransaction for wallet transactions.`,
  )
}

/** What was not found, and why perhaps. */
function describeSearch(txIndex: TxIndex | undefined): string {
  if (!txIndex) {
    return 'mempool transaction. Use -txindex or provide a block hash to enable blockchain transaction queries'
  }
  return txIndex.sync.synced
    ? 'mempool or blockchain transaction'
    : 'mempool transaction. Blockchain transactions are still in the process of being indexed'
}

async function getRawTransaction(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const { chain, network } = node
  const txid = parseHash(args.value('txid')!, 'parameter 1') as Txid
  const verbosity = args.verbosity('verbosity')
  const blockHash = args.value('blockhash')
  const asked = blockHash === undefined ? undefined : chain.find(parseHash(blockHash, 'parameter 3'))
  if (blockHash !== undefined && !asked) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Block hash not found')
  const { tx, block } = await locate(node, txid, asked)
  if (verbosity <= 0) return bytesToHex(encodeTransaction(tx))

  const undo = verbosity >= 2 && block ? await chain.readUndo(block) : undefined
  const position = undo && block ? await positionIn(node, block, tx) : 0
  const coins = position > 0 ? undo?.[position - 1] : undefined
  const active = block !== undefined && chain.tree.active.contains(block)
  const shown = transactionJson(tx, { network, coins, prevouts: true })
  return joinMembers({ in_active_chain: asked ? active : undefined }, shown, {
    blockhash: block && hashToDisplay(block.hash),
    confirmations: block && (active ? chain.tip.height - block.height + 1 : 0),
    time: active ? block.time : undefined,
    blocktime: active ? block.time : undefined,
  })
}

async function positionIn({ chain }: Layer1Node, block: BlockNode, tx: Transaction): Promise<number> {
  const { transactions } = await chain.readBlock(block)
  return transactions.findIndex((candidate) => equalBytes(computeTxid(candidate), computeTxid(tx)))
}

export function rawTransactionMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getrawtransaction',
      group,
      help: 'A transaction of the mempool, of the transaction index, or of the block named.',
      params: [
        param('txid', 'hash', 'The transaction.'),
        optional('verbosity', 'any', '0 hexadecimal, 1 decoded, 2 with fee and what it spends.', {
          aliases: ['verbose'],
          default: 0,
        }),
        optional('blockhash', 'hash', 'The block to look in.'),
      ],
      handler: (args) => getRawTransaction(node, args),
    },
    {
      name: 'decoderawtransaction',
      group,
      help: 'Shows a serialised transaction.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        optional('iswitness', 'bool', 'Whether it may have witnesses; both ways are tried by default.'),
      ],
      handler: (args) => {
        const forms = args.has('iswitness') ? [args.boolean('iswitness')] : [true, false]
        const tx = decodeTransactionForms(args.string('hexstring'), forms, 'TX decode failed')
        return transactionJson(tx, { network: node.network, hex: false })
      },
    },
  ]
}
