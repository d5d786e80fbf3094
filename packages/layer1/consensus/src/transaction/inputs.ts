import { ok, type Result } from '@ply/bytes'
import { formatBtc, isMoneyRange, type Sats, sats, type Transaction } from '@ply/primitives'
import { invalidTx, type TxViolation } from '../violation.ts'
import type { Coin, CoinsView } from './coin.ts'
import { checkCoinbaseMaturity } from './coinbaseMaturity.ts'

/** What a transaction pays, and the coins that it spends, in the order of its inputs. */
export interface InputsCheck {
  readonly fee: Sats
  readonly coins: readonly Coin[]
}

/** Amounts in Bitcoin Core's debug messages drop zeros at the end, but keep two decimals. */
function formatMoney(amount: bigint): string {
  return formatBtc(amount).replace(/0{1,6}$/, '')
}

function findCoins(tx: Transaction, view: CoinsView): readonly Coin[] | undefined {
  const coins: Coin[] = []
  for (const input of tx.inputs) {
    const coin = view.get(input.prevout)
    if (coin === undefined) return undefined
    coins.push(coin)
  }
  return coins
}

/**
 * The inputs of a transaction (no coinbase, and one that passed `checkTransaction`) exist, are mature at
 * `spendHeight`, and are worth at least its outputs. Violations `bad-txns-inputs-missingorspent`,
 * `bad-txns-premature-spend-of-coinbase`, `bad-txns-inputvalues-outofrange`, `bad-txns-in-belowout`.
 */
export function checkTxInputs(tx: Transaction, view: CoinsView, spendHeight: number): Result<InputsCheck, TxViolation> {
  const coins = findCoins(tx, view)
  if (coins === undefined) {
    return invalidTx('missing-inputs', 'bad-txns-inputs-missingorspent', 'CheckTxInputs: inputs missing/spent')
  }
  let valueIn = 0n
  for (const coin of coins) {
    const maturity = checkCoinbaseMaturity(coin, spendHeight)
    if (!maturity.ok) return maturity
    valueIn += coin.output.value
    if (!isMoneyRange(coin.output.value) || !isMoneyRange(valueIn)) {
      return invalidTx('consensus', 'bad-txns-inputvalues-outofrange')
    }
  }
  const valueOut = tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  if (valueIn < valueOut) {
    const message = `value in (${formatMoney(valueIn)}) < value out (${formatMoney(valueOut)})`
    return invalidTx('consensus', 'bad-txns-in-belowout', message)
  }
  // Both sums lie in the money range, so the fee does: Bitcoin Core's `bad-txns-fee-outofrange` cannot occur.
  return ok({ fee: sats(valueIn - valueOut), coins })
}
