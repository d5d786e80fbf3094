import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { transactionJson } from '@ply/layer1-node'
import { type Block, computeTxid, decodeBlock, encodeTransaction, hashToDisplay, type Txid } from '@ply/primitives'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import { blocksToMaturity, computeAmounts, isFromMe, isInMempool, type TransactionRecord } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress, invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { lastProcessedBlock } from './info.ts'
import { transactionEntries, walletTransactionJson } from './transactionJson.ts'
import { readLabel, walletMethod } from './walletMethod.ts'

function listTransactions(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const all = !args.has('label') || args.string('label') === '*'
  const label = all ? undefined : readLabel(args, 'label')
  if (label === '') throw invalidParameter('Label argument must be a valid label name or "*".')
  const count = args.integer('count')
  const skip = args.integer('skip')
  if (count < 0) throw invalidParameter('Negative count')
  if (skip < 0) throw invalidParameter('Negative from')
  const newestFirst: JsonOutput[] = []
  for (const record of [...owner.wallet.ledger.log.all()].reverse()) {
    newestFirst.push(...transactionEntries(owner, record, { long: true, label }))
    if (newestFirst.length >= count + skip) break
  }
  return newestFirst.slice(skip, skip + count).reverse()
}

/** A block, and the last block of the chain below it or itself. */
function findBlocks({ node }: NodeWallet, args: RpcArguments): { block: BlockNode; fork: BlockNode } | undefined {
  if (args.string('blockhash', '') === '') return undefined
  const block = node.chain.find(parseHash(args.string('blockhash'), 'blockhash'))
  if (!block) throw invalidAddress('Block not found')
  let fork = block
  while (!node.chain.tree.active.contains(fork) && fork.previous) fork = fork.previous
  return { block, fork }
}

/** A block as it is on disk; error -32603 where it cannot be read. */
async function readFromDisk({ node: { chain } }: NodeWallet, block: BlockNode): Promise<Block> {
  const failed = (): never => {
    throw new RpcError(RPC_ERROR.internal, "Can't read block from disk")
  }
  if (!block.data) return failed()
  const read = decodeBlock(await chain.blocks.readBlockBytes(block.data).catch(failed))
  return read.ok ? read.value : failed()
}

async function listRemoved(
  owner: NodeWallet,
  { block, fork }: { readonly block: BlockNode; readonly fork: BlockNode },
  options: { readonly label: string | undefined; readonly includeChange: boolean },
): Promise<JsonOutput[]> {
  const removed: JsonOutput[] = []
  for (let at = block; at.height > fork.height; at = at.previous!) {
    const { transactions } = await readFromDisk(owner, at)
    for (const tx of transactions) {
      const record = owner.wallet.ledger.recordOf(computeTxid(tx))
      if (record) removed.push(...transactionEntries(owner, record, { ...options, long: true, minDepth: -1e8 }))
    }
  }
  return removed
}

async function listSinceBlock(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const { ledger } = owner.wallet
  const found = findBlocks(owner, args)
  const target = args.integer('target_confirmations')
  if (target < 1) throw invalidParameter('Invalid parameter')
  const includeRemoved = args.boolean('include_removed')
  const label = args.has('label') ? readLabel(args, 'label') : undefined
  const options = { label, includeChange: args.boolean('include_change') }
  const depth = found && ledger.height + 1 - found.fork.height
  const transactions: JsonOutput[] = []
  for (const record of ledger.log.all()) {
    if (depth !== undefined && Math.abs(ledger.depth(record)) >= depth) continue
    transactions.push(...transactionEntries(owner, record, { ...options, long: true }))
  }
  const removed = includeRemoved ? (found ? await listRemoved(owner, found, options) : []) : undefined
  const last = owner.node.chain.tree.active.at(Math.max(0, ledger.height + 1 - target))
  return { transactions, removed, lastblock: hashToDisplay(last!.hash) }
}

/** A transaction of the wallet; error -5. */
export function readRecord(args: RpcArguments, { wallet }: NodeWallet): TransactionRecord {
  const record = wallet.ledger.recordOf(parseHash(args.string('txid'), 'txid') as Txid)
  if (!record) throw invalidAddress('Invalid or non-wallet transaction id')
  return record
}

/** The transaction as any other, with a mark on its change. */
const decodedJson = ({ wallet }: NodeWallet, { tx }: TransactionRecord): JsonOutput =>
  transactionJson(tx, {
    network: wallet.network,
    hex: false,
    isChange: ({ scriptPubKey }) => wallet.isChange(scriptPubKey),
  })

function getTransaction(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const { wallet } = owner
  const record = readRecord(args, owner)
  const amounts = computeAmounts(wallet, record)
  const own = isFromMe(wallet, record)
  const fee = own ? amounts.fee : 0n
  const credit = blocksToMaturity(wallet, record) > 0 ? 0n : amounts.credit
  return {
    amount: btcAmount(credit - amounts.debit + fee),
    fee: own ? btcAmount(-fee) : undefined,
    ...walletTransactionJson(owner, record),
    details: transactionEntries(owner, record, { long: false }),
    hex: bytesToHex(encodeTransaction(record.tx)),
    decoded: args.boolean('verbose') ? decodedJson(owner, record) : undefined,
    lastprocessedblock: lastProcessedBlock(owner),
  }
}

function abandon(args: RpcArguments, owner: NodeWallet): null {
  const { wallet } = owner
  const record = readRecord(args, owner)
  if (wallet.ledger.depth(record) !== 0 || isInMempool(wallet, record)) {
    throw invalidAddress('Transaction not eligible for abandonment')
  }
  wallet.ledger.abandon(computeTxid(record.tx))
  return null
}

const watchonly = optional('include_watchonly', 'bool', 'Not used.')

/** The transactions of a wallet. */
export const transactionMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'listtransactions',
      help: 'The newest transactions, the newest last.',
      params: [
        optional('label', 'string', 'Only what came to addresses of this name; "*" for all.'),
        optional('count', 'number', 'How many.', { default: 10 }),
        optional('skip', 'number', 'How many newer ones to leave out.', { default: 0 }),
        watchonly,
      ],
      handler: listTransactions,
    },
    {
      name: 'listsinceblock',
      help: 'What happened since a block.',
      params: [
        optional('blockhash', 'string', 'The block.'),
        optional('target_confirmations', 'number', 'How deep the block lies that is named for the next call.', {
          default: 1,
        }),
        watchonly,
        optional('include_removed', 'bool', 'Also what left the chain since.', { default: true }),
        optional('include_change', 'bool', 'Also change.', { default: false }),
        optional('label', 'string', 'Only what came to addresses of this name.'),
      ],
      handler: listSinceBlock,
    },
    {
      name: 'gettransaction',
      help: 'A transaction of the wallet.',
      params: [
        param('txid', 'string', 'Its id.'),
        watchonly,
        optional('verbose', 'bool', 'Also as decoderawtransaction shows it.', { default: false }),
      ],
      handler: getTransaction,
    },
    {
      name: 'abandontransaction',
      help: 'Gives a transaction up that is not in the mempool: what it spends can be spent again.',
      params: [param('txid', 'string', 'Its id.')],
      handler: abandon,
    },
  ].map(walletMethod(host))
