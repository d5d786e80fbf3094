import { computeTxid, sats, type Transaction } from '@ply/primitives'
import { SIGHASH_ALL } from '@ply/script'
import type { OwnedCoin } from './ledger.ts'
import type { Lock } from './lock.ts'
import { isTame, type Run } from './run.ts'
import { sign } from './transactions.ts'

const FEE = 100_000n
const EMPTY = new Uint8Array(0)

export interface SpendWishes {
  readonly outputs: readonly { readonly value: bigint; readonly scriptPubKey: Uint8Array }[]
  readonly version?: number
  readonly lockTime?: number
  readonly sequence?: number
}

/** Spends exactly these coins to exactly these outputs. */
export function spendCoins(coins: readonly OwnedCoin[], wishes: SpendWishes): Transaction {
  const tx: Transaction = {
    version: wishes.version ?? 2,
    inputs: coins.map(({ outpoint, lock }) => ({
      prevout: outpoint,
      scriptSig: EMPTY,
      sequence: wishes.sequence ?? lock.sequence ?? 0xfffffffd,
      witness: [],
    })),
    outputs: wishes.outputs.map(({ value, scriptPubKey }) => ({ value: sats(value), scriptPubKey })),
    lockTime: wishes.lockTime ?? 0,
  }
  const hashTypes = coins.map(({ lock }) => (lock.name.startsWith('p2tr') ? 0 : SIGHASH_ALL))
  return sign({ coins, tx, locks: [], hashTypes })
}

export const totalOf = (coins: readonly OwnedCoin[]): bigint => coins.reduce((sum, { value }) => sum + value, 0n)

/** Mines a transaction that pays these outputs, and gives them as coins to spend. */
export async function fund(
  run: Run,
  outputs: readonly { readonly lock: Lock; readonly value: bigint }[],
): Promise<OwnedCoin[]> {
  const needed = outputs.reduce((sum, { value }) => sum + value, FEE)
  const sources: OwnedCoin[] = []
  for (let tries = 0; totalOf(sources) < needed && tries < 50; tries++) {
    const coin = await run.ledger.pick(run.random, ['chain', 'contested'], ({ lock, value }) => {
      return isTame(lock) && value > 1_000_000n && sources.every((other) => other.lock !== lock)
    })
    if (coin) sources.push(coin)
  }
  const change = run.rewardLock()
  const left = totalOf(sources) - needed
  const all = [...outputs, ...(left > 10_000n ? [{ lock: change, value: left }] : [])]
  const tx = spendCoins(sources, {
    outputs: all.map(({ lock, value }) => ({ value, scriptPubKey: lock.scriptPubKey })),
  })
  run.ledger.learn(
    tx,
    all.map(({ lock }) => lock),
  )
  const fees = totalOf(sources) - tx.outputs.reduce((sum, { value }) => sum + value, 0n)
  if (!(await run.extend('funds', { transactions: [tx], fees }))) {
    throw new Error(
      `the funding block was refused: ${sources.map(({ lock }) => lock.name).join()}, fees ${fees}: ${run.lastVerdict}`,
    )
  }
  const txid = computeTxid(tx)
  return outputs.map(({ lock, value }, index) => ({
    outpoint: { txid, index },
    value,
    lock,
    coinbase: false,
    txVersion: 2,
  }))
}
