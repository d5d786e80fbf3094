import { err, ok, type Result } from '@ply/bytes'
import type { Transaction, Txid } from '@ply/primitives'
import { SATISFACTION_WEIGHTS } from '../coins/weight.ts'
import type { WalletState } from '../state/walletState.ts'
import type { FundingError } from './fundingError.ts'
import { coinInput, type FundedTransaction, type FundingOptions, fundTransaction } from './fundTransaction.ts'

/** An unconfirmed transaction as the mempool counts it, with all its unconfirmed ancestors. */
export interface ParentPackage {
  readonly txid: Txid
  /** Virtual size of parent and ancestors together. */
  readonly size: number
  /** Satoshi that they pay together. */
  readonly fee: bigint
}

export type ChildError =
  | FundingError
  /** Nothing in the parent is the wallet's to spend. */
  | { readonly code: 'no-output-to-spend' }
  /** Parent and child would reach the rate without a child. */
  | { readonly code: 'parent-pays-enough' }

/**
 * A child that spends the wallet's outputs of an unconfirmed parent to a change address, at a fee that brings both to
 * the fee rate (CPFP). Other coins are added where those outputs do not suffice.
 */
export function createChild(
  state: WalletState,
  parent: ParentPackage,
  options: Pick<FundingOptions, 'feeRate' | 'entropy' | 'changeType' | 'reserveChange'>,
): Result<FundedTransaction, ChildError> {
  const record = state.recordOf(parent.txid)
  const own = (record?.tx.outputs ?? [])
    .map((_, index) => ({ txid: parent.txid, index }))
    .filter((outpoint) => !state.spenderOf(outpoint))
    .map((outpoint) => state.coinAt(outpoint))
    .filter((coin) => coin !== undefined)
  if (own.length === 0) return err({ code: 'no-output-to-spend' })
  if ((BigInt(parent.size) * options.feeRate) / 1000n <= parent.fee) return err({ code: 'parent-pays-enough' })

  const tx: Transaction = { version: 2, inputs: own.map(coinInput), outputs: [], lockTime: 0 }
  const inputValue = own.reduce((sum, coin) => sum + coin.output.value, 0n)
  const funded = fundTransaction(
    state,
    {
      tx,
      inputValue,
      witnessSize: own.reduce((sum, coin) => sum + SATISFACTION_WEIGHTS[coin.key.type], 0),
      parent: { weight: 4 * parent.size, fee: parent.fee },
    },
    options,
  )
  if (!funded.ok) return funded
  // All went to the fee: a transaction needs an output.
  if (funded.value.changeIndex === undefined) {
    return err({ code: 'insufficient-funds', needed: funded.value.fee + 1n, available: inputValue })
  }
  return ok({ ...funded.value, ownInputs: [...own.map((coin, index) => ({ index, coin })), ...funded.value.ownInputs] })
}
