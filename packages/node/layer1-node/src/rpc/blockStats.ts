import { compactSizeLength } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { type BlockUndo, computeMedianTimePast, computeSubsidy } from '@ply/consensus'
import {
  type Block,
  hashToDisplay,
  hasWitness,
  isCoinbase,
  type NetworkParameters,
  totalSize,
  transactionWeight,
  type TxOutput,
  WITNESS_SCALE_FACTOR,
} from '@ply/primitives'
import { expectString, type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { isUnspendable } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { checkHasBlock, checkHasUndo, findBlockByHashOrHeight, readStoredBlock, readStoredUndo } from './lookups.ts'
import { TEXTS } from './paramShapes.ts'

/** What a coin takes in the set besides its output: outpoint, and height with the coinbase flag. */
const PER_COIN_OVERHEAD = 36 + 4
/** Blocks of mainnet whose coinbases repeat earlier ones (BIP 30): they added nothing to the set. */
const REPEATED_COINBASES: Readonly<Record<string, number>> = {
  '00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec': 91842,
  '00000000000743f190a18c5577a3c2d2a1f610ae9601ac046a38084ccb7cd721': 91880,
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
const total = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const ascending = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0)
const least = <T extends bigint | number>(values: readonly T[], none: T): T => values.toSorted(ascending)[0] ?? none
const most = <T extends bigint | number>(values: readonly T[], none: T): T => values.toSorted(ascending).at(-1) ?? none

/** The middle one; of two in the middle their mean, rounded down. */
function median(values: readonly bigint[]): bigint {
  const sorted = values.toSorted(ascending)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0n
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2n
}

/** Feerates at the 10th, 25th, 50th, 75th and 90th percentile of the weight. */
function feeRatePercentiles(rates: readonly { readonly rate: bigint; readonly weight: number }[]): bigint[] {
  const sorted = rates.toSorted((a, b) => ascending(a.rate, b.rate) || a.weight - b.weight)
  const weight = total(sorted.map((each) => each.weight))
  return [10, 25, 50, 75, 90].map((percent) => {
    let cumulative = 0
    const found = sorted.find((each) => (cumulative += each.weight) * 100 >= weight * percent)
    return (found ?? sorted.at(-1))?.rate ?? 0n
  })
}

const coinSize = ({ scriptPubKey }: TxOutput): number =>
  8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length + PER_COIN_OVERHEAD

/** Sizes and fees of a block as `getblockstats` gives them; amounts in satoshi. */
export function computeBlockStats(
  block: Block,
  undo: BlockUndo,
  { node, network }: { readonly node: BlockNode; readonly network: NetworkParameters },
): Record<string, JsonOutput> {
  const blockhash = hashToDisplay(node.hash)
  const spending = block.transactions.slice(1).map((tx, i) => {
    const paid = sum(tx.outputs.map((output) => output.value))
    const fee = sum((undo[i] ?? []).map((coin) => coin.output.value)) - paid
    const weight = transactionWeight(tx)
    const rate = (fee * BigInt(WITNESS_SCALE_FACTOR)) / BigInt(weight)
    return { tx, paid, fee, weight, rate, size: totalSize(tx) }
  })
  const outputs = block.transactions.flatMap((tx) => tx.outputs)
  const created = block.transactions.flatMap((tx) => {
    const repeated = node.height === 0 || (network.name === 'main' && REPEATED_COINBASES[blockhash] === node.height)
    return isCoinbase(tx) && repeated ? [] : tx.outputs.filter((output) => !isUnspendable(output.scriptPubKey))
  })
  const spentSize = total(undo.flat().map((coin) => coinSize(coin.output)))
  const inputs = total(spending.map(({ tx }) => tx.inputs.length))
  const fees = spending.map(({ fee }) => fee)
  const rates = spending.map(({ rate }) => rate)
  const sizes = spending.map(({ size }) => size)
  const totalFee = sum(fees)
  const totalWeight = total(spending.map(({ weight }) => weight))
  const segwit = spending.filter(({ tx }) => hasWitness(tx))
  const count = spending.length
  return {
    avgfee: count > 0 ? totalFee / BigInt(count) : 0,
    avgfeerate: totalWeight > 0 ? (totalFee * BigInt(WITNESS_SCALE_FACTOR)) / BigInt(totalWeight) : 0,
    avgtxsize: count > 0 ? Math.floor(total(sizes) / count) : 0,
    blockhash,
    feerate_percentiles: feeRatePercentiles(spending),
    height: node.height,
    ins: inputs,
    maxfee: most(fees, 0n),
    maxfeerate: most(rates, 0n),
    maxtxsize: most(sizes, 0),
    medianfee: median(fees),
    mediantime: computeMedianTimePast(node),
    mediantxsize: median(sizes.map(BigInt)),
    minfee: least(fees, 0n),
    minfeerate: least(rates, 0n),
    mintxsize: least(sizes, 0),
    outs: outputs.length,
    subsidy: computeSubsidy(node.height, network),
    swtotal_size: total(segwit.map(({ size }) => size)),
    swtotal_weight: total(segwit.map(({ weight }) => weight)),
    swtxs: segwit.length,
    time: node.time,
    total_out: sum(spending.map(({ paid }) => paid)),
    total_size: total(sizes),
    total_weight: totalWeight,
    totalfee: totalFee,
    txs: block.transactions.length,
    utxo_increase: outputs.length - inputs,
    utxo_size_inc: total(outputs.map(coinSize)) - spentSize,
    utxo_increase_actual: created.length - inputs,
    utxo_size_inc_actual: total(created.map(coinSize)) - spentSize,
  }
}

export function blockStatsMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getblockstats',
      group: 'Blockchain',
      help: 'Sizes and fees of a block; amounts in satoshi.',
      params: [
        param('hash_or_height', 'any', 'The block.'),
        optional('stats', 'array', 'Which values to give; all by default.', { shape: TEXTS, form: 'stats' }),
      ],
      handler: async (args) => {
        const found = findBlockByHashOrHeight(node, args.value('hash_or_height') ?? null, 'hash_or_height')
        const chosen = args.array('stats', []).map((name) => expectString(name))
        checkHasBlock(node, found)
        checkHasUndo(node, found)
        const block = await readStoredBlock(node, found)
        const undo = (await readStoredUndo(node, found)) ?? []
        const stats = computeBlockStats(block, undo, { node: found, network: node.network })
        if (chosen.length === 0) return stats
        return Object.fromEntries(
          [...new Set(chosen)].sort().map((name) => {
            if (!Object.hasOwn(stats, name)) {
              throw new RpcError(RPC_ERROR.invalidParameter, `Invalid selected statistic '${name}'`)
            }
            return [name, stats[name]]
          }),
        )
      },
    },
  ]
}
