import {
  type BlockNode,
  type CoinStatistics,
  type CoinTotals,
  createMuHashUtxoHash,
  createSerializedUtxoHash,
  NO_COIN_TOTALS,
  type UnspendableTotals,
  type UtxoHash,
  UtxoStatistics,
} from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import { btcAmount, type JsonOutput, optional, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { visitCoins } from '../chain/frozenCoins.ts'
import type { CoinStatsIndex } from '../index/coinStatsIndex.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { findBlockByHashOrHeight } from './lookups.ts'

const HASHES: Readonly<Record<string, (() => UtxoHash) | undefined>> = {
  hash_serialized_3: createSerializedUtxoHash,
  muhash: createMuHashUtxoHash,
}

/** By a look at every coin. */
function countCoins({ chain, interrupted }: Layer1Node, hashType: string): Promise<JsonOutput> {
  return visitCoins(chain, interrupted, async (coins, tip) => {
    const statistics = new UtxoStatistics()
    const hash = HASHES[hashType]?.()
    let size = 0
    for await (const [outpoint, coin, bytes] of coins) {
      size += bytes
      statistics.add(outpoint, coin)
      hash?.add(outpoint, coin)
    }
    const digest = hash?.digest()
    return {
      height: tip.height,
      bestblock: hashToDisplay(tip.hash),
      txouts: statistics.outputs,
      bogosize: statistics.bogoSize,
      [hashType]: digest && hashToDisplay(digest),
      total_amount: btcAmount(statistics.totalAmount),
      transactions: statistics.transactions,
      disk_size: size,
    }
  })
}

const sumUnspendable = ({ genesisBlock, bip30, scripts, unclaimedRewards }: UnspendableTotals): bigint =>
  genesisBlock + bip30 + scripts + unclaimedRewards

/** What the block between the two added. */
function blockInfo(after: CoinTotals, before: CoinTotals): JsonOutput {
  const [now, then] = [after.unspendable, before.unspendable]
  return {
    prevout_spent: btcAmount(after.prevoutsSpent - before.prevoutsSpent),
    coinbase: btcAmount(after.coinbase - before.coinbase),
    new_outputs_ex_coinbase: btcAmount(after.newOutputsExCoinbase - before.newOutputsExCoinbase),
    unspendable: btcAmount(sumUnspendable(now) - sumUnspendable(then)),
    unspendables: {
      genesis_block: btcAmount(now.genesisBlock - then.genesisBlock),
      bip30: btcAmount(now.bip30 - then.bip30),
      scripts: btcAmount(now.scripts - then.scripts),
      unclaimed_rewards: btcAmount(now.unclaimedRewards - then.unclaimedRewards),
    },
  }
}

async function readStatistics(index: CoinStatsIndex, block: BlockNode): Promise<CoinStatistics> {
  const found = await index.statistics(block.hash)
  if (!found) throw new RpcError(RPC_ERROR.internal, 'Unable to read UTXO set')
  return found
}

/** From the index, for any block that it has. */
async function lookUpCoins(index: CoinStatsIndex, block: BlockNode, hashType: string): Promise<JsonOutput> {
  const { totals, muHash } = await readStatistics(index, block)
  const before = block.previous ? (await readStatistics(index, block.previous)).totals : NO_COIN_TOTALS
  return {
    height: block.height,
    bestblock: hashToDisplay(block.hash),
    txouts: totals.outputs,
    bogosize: totals.bogoSize,
    muhash: hashType === 'muhash' ? hashToDisplay(muHash) : undefined,
    total_amount: btcAmount(totals.amount),
    total_unspendable_amount: btcAmount(sumUnspendable(totals.unspendable)),
    block_info: blockInfo(totals, before),
  }
}

/** The block that the caller asks for by hash or height; undefined for the tip. */
function readTarget(node: Layer1Node, args: RpcArguments, hashType: string): BlockNode | undefined {
  if (!args.has('hash_or_height')) return undefined
  const refuse = (message: string): never => {
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  if (!node.coinStatsIndex) refuse('Querying specific block heights requires coinstatsindex')
  if (hashType === 'hash_serialized_3') {
    refuse('hash_serialized_3 hash type cannot be queried for a specific block')
  }
  if (!args.boolean('use_index')) refuse('Cannot set use_index to false when querying for a specific block')
  return findBlockByHashOrHeight(node, args.value('hash_or_height') ?? null, 'hash_or_height')
}

async function txOutSetInfo(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const hashType = args.string('hash_type')
  if (hashType !== 'none' && !Object.hasOwn(HASHES, hashType)) {
    throw new RpcError(RPC_ERROR.invalidParameter, `'${hashType}' is not a valid hash_type`)
  }
  const target = readTarget(node, args, hashType)
  const index = args.boolean('use_index') && hashType !== 'hash_serialized_3' ? node.coinStatsIndex : undefined
  if (!index) return countCoins(node, hashType)
  const { synced, bestHeight } = index.sync
  const block = target ?? node.chain.tip
  if (!synced && block.height > bestHeight) {
    const message = `Unable to get data because coinstatsindex is still syncing. Current height: ${bestHeight}`
    throw new RpcError(RPC_ERROR.internal, message)
  }
  return lookUpCoins(index, block, hashType)
}

export const txOutSetInfoMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'gettxoutsetinfo',
    group: 'Blockchain',
    help: 'Counts all unspent outputs and hashes them; with -coinstatsindex at once, and for any block.',
    params: [
      optional('hash_type', 'string', 'hash_serialized_3, muhash or none.', { default: 'hash_serialized_3' }),
      optional('hash_or_height', 'any', 'The block after which; the tip by default. Needs -coinstatsindex.'),
      optional('use_index', 'bool', 'Use -coinstatsindex where there is one.', { default: true }),
    ],
    handler: (args) => txOutSetInfo(node, args),
  },
]
