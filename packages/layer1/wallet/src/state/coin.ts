import type { OutPoint, TxOutput } from '@ply/primitives'
import type { KeyPath } from '../keys/scriptType.ts'

/**
 * Blocks that must stand on a coinbase output before it is spent. The next block could take it one earlier; like
 * Bitcoin Core's wallet, this one waits for the block, so that 101 blocks make one spendable coin.
 */
export const COINBASE_MATURITY = 100

/** What coin selection needs to know of a coin. */
export interface SelectableCoin {
  readonly outpoint: OutPoint
  readonly output: TxOutput
  /** Weight of an input that spends it, signed. */
  readonly inputWeight: number
}

/** An unspent output of the wallet. */
export interface Coin extends SelectableCoin {
  readonly key: KeyPath
  /** Height of its block; undefined in the mempool. */
  readonly height: number | undefined
  readonly confirmations: number
  readonly coinbase: boolean
  /** False for a coinbase output that is too young to be spent. */
  readonly mature: boolean
  /** Confirmed, or made by the wallet itself, so that nobody else can replace it away. */
  readonly trusted: boolean
  readonly locked: boolean
}

/** True if coin selection may use the coin. */
export const isSpendable = (coin: Coin): boolean => coin.mature && coin.trusted && !coin.locked

/** Satoshi by what can be done with them. The parts add up to `total`. */
export interface Balance {
  readonly total: bigint
  /** In the chain and mature (locked coins are in here too). */
  readonly confirmed: bigint
  /** In the mempool. */
  readonly pending: bigint
  /** Coinbase outputs that are not mature yet. */
  readonly immature: bigint
  /** What coin selection may use now. */
  readonly spendable: bigint
}

export function computeBalance(coins: Iterable<Coin>): Balance {
  let [confirmed, pending, immature, spendable] = [0n, 0n, 0n, 0n]
  for (const coin of coins) {
    const value = coin.output.value
    if (coin.height === undefined) pending += value
    else if (coin.mature) confirmed += value
    else immature += value
    if (isSpendable(coin)) spendable += value
  }
  return { total: confirmed + pending + immature, confirmed, pending, immature, spendable }
}
