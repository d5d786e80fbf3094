import { ok, type Result } from '@ply/bytes'
import { COINBASE_MATURITY } from '../limits.ts'
import { invalidTx, type TxViolation } from '../violation.ts'
import type { Coin } from './coin.ts'

/** A coinbase output may be spent a hundred blocks on. Violation `bad-txns-premature-spend-of-coinbase`. */
export function checkCoinbaseMaturity(coin: Coin, spendHeight: number): Result<undefined, TxViolation> {
  const depth = spendHeight - coin.height
  if (!coin.isCoinbase || depth >= COINBASE_MATURITY) return ok(undefined)
  return invalidTx(
    'premature-spend',
    'bad-txns-premature-spend-of-coinbase',
    `tried to spend coinbase at depth ${depth}`,
  )
}
