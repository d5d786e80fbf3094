import { type Block, type BlockHash, type NetworkParameters, outPointsOf, type OutPoint } from '@ply/primitives'
import { type BlockUndo, type Coin, computeSubsidy, isBip30Overwritten } from '@ply/consensus'
import { isUnspendable } from '@ply/script'
import type { MuHash } from './muhash.ts'
import { computeBogoSize } from './utxoStatistics.ts'
import { encodeHashedCoin } from './utxoHash.ts'

/** Satoshi that nobody can ever spend, by the reason why. */
export interface UnspendableTotals {
  readonly genesisBlock: bigint
  /** Coinbases that a later one of the same id took the place of (BIP 30). */
  readonly bip30: bigint
  readonly scripts: bigint
  readonly unclaimedRewards: bigint
}

/** The coins after a block, and sums over all blocks up to it in satoshi. Some pass 64 bits on long test chains. */
export interface CoinTotals {
  readonly outputs: number
  readonly bogoSize: number
  readonly amount: bigint
  readonly subsidy: bigint
  readonly prevoutsSpent: bigint
  readonly newOutputsExCoinbase: bigint
  readonly coinbase: bigint
  readonly unspendable: UnspendableTotals
}

/** Before the genesis block. */
export const NO_COIN_TOTALS: CoinTotals = {
  outputs: 0,
  bogoSize: 0,
  amount: 0n,
  subsidy: 0n,
  prevoutsSpent: 0n,
  newOutputsExCoinbase: 0n,
  coinbase: 0n,
  unspendable: { genesisBlock: 0n, bip30: 0n, scripts: 0n, unclaimedRewards: 0n },
}

/** A block that is, or was, connected, and the coins that it spent. */
export interface CountedBlock {
  readonly hash: BlockHash
  readonly height: number
  readonly block: Block
  readonly undo: BlockUndo
}

/** What a block does to the coins, one at a time; `unspendable` for outputs that never become one. */
interface CoinVisitor {
  created(outpoint: OutPoint, coin: Coin): void
  spent(outpoint: OutPoint, coin: Coin): void
  unspendable(kind: 'bip30' | 'scripts', value: bigint): void
}

function visitCoins({ hash, height, block, undo }: CountedBlock, visitor: CoinVisitor): void {
  block.transactions.forEach((tx, i) => {
    const isCoinbase = i === 0
    const overwritten = isCoinbase && isBip30Overwritten(hash, height)
    outPointsOf(tx).forEach((outpoint, index) => {
      const output = tx.outputs[index]!
      if (overwritten) visitor.unspendable('bip30', output.value)
      else if (isUnspendable(output.scriptPubKey)) visitor.unspendable('scripts', output.value)
      else visitor.created(outpoint, { output, height, isCoinbase })
    })
    if (!isCoinbase) tx.inputs.forEach(({ prevout }, j) => visitor.spent(prevout, undo[i - 1]![j]!))
  })
}

/** The totals after a block that follows `before`; its coins enter and leave `hash`. */
export function addBlockToTotals(
  before: CoinTotals,
  counted: CountedBlock,
  { hash, parameters }: { readonly hash: MuHash; readonly parameters: NetworkParameters },
): CoinTotals {
  const blockSubsidy = computeSubsidy(counted.height, parameters)
  const subsidy = before.subsidy + blockSubsidy
  // The coin of the genesis block was never put into the set.
  if (counted.height === 0) {
    return { ...before, subsidy, unspendable: { ...before.unspendable, genesisBlock: blockSubsidy } }
  }
  let { outputs, bogoSize, amount, prevoutsSpent, newOutputsExCoinbase, coinbase } = before
  const unspendable = { ...before.unspendable }
  visitCoins(counted, {
    created(outpoint, coin) {
      hash.insert(encodeHashedCoin(outpoint, coin))
      const { value, scriptPubKey } = coin.output
      outputs++
      bogoSize += computeBogoSize(scriptPubKey)
      amount += value
      if (coin.isCoinbase) coinbase += value
      else newOutputsExCoinbase += value
    },
    spent(outpoint, coin) {
      hash.remove(encodeHashedCoin(outpoint, coin))
      const { value, scriptPubKey } = coin.output
      outputs--
      bogoSize -= computeBogoSize(scriptPubKey)
      amount -= value
      prevoutsSpent += value
    },
    unspendable(kind, value) {
      unspendable[kind] += value
    },
  })
  // What came in and did not go anywhere is what the miner left of the reward.
  const { genesisBlock, bip30, scripts, unclaimedRewards } = unspendable
  const accounted = newOutputsExCoinbase + coinbase + genesisBlock + bip30 + scripts + unclaimedRewards
  unspendable.unclaimedRewards += prevoutsSpent + subsidy - accounted
  return { outputs, bogoSize, amount, subsidy, prevoutsSpent, newOutputsExCoinbase, coinbase, unspendable }
}

/** Undoes what {@link addBlockToTotals} did to the hash. */
export function removeBlockFromHash(hash: MuHash, counted: CountedBlock): void {
  if (counted.height === 0) return
  visitCoins(counted, {
    created: (outpoint, coin) => void hash.remove(encodeHashedCoin(outpoint, coin)),
    spent: (outpoint, coin) => void hash.insert(encodeHashedCoin(outpoint, coin)),
    unspendable: () => undefined,
  })
}
