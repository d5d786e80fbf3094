import { bytesToHex } from '@ply/bytes'
import { computeTxid, encodeTransaction, outPointKey, sats, type Transaction, type Txid } from '@ply/primitives'
import { systemEntropy } from '@ply/runtime'
import {
  type Coin,
  createTransaction,
  describeFundingError,
  findCoins,
  type FundedTransaction,
  type FundingError,
  type WalletState,
} from '@ply/wallet'
import { CliError } from '../exitCode.ts'
import { formatFeeRate, formatSats } from '../format/amount.ts'
import { formatFields } from '../format/table.ts'
import { parseFeeRate } from '../input/amount.ts'
import type { Destination } from '../input/destination.ts'
import { parseOutPoint } from '../input/outpoint.ts'
import type { Layer1Node } from '../node/layer1.ts'
import type { Session } from '../session.ts'

/** Blocks within which a payment should stand where nobody gave a fee rate. */
const CONFIRMATION_TARGET = 6
/** Where a test network's node knows no better, as on a chain with empty blocks. */
const FALLBACK_FEE_RATE = 1000n

/** The value, or the violation as a sentence for the person at the terminal. */
const fundedOrExit = <T>(result: { ok: true; value: T } | { ok: false; error: FundingError }): T => {
  if (result.ok) return result.value
  throw new CliError(describeFundingError(result.error))
}

function chooseCoins(state: WalletState, text: string | undefined): readonly Coin[] | undefined {
  if (text === undefined) return undefined
  return fundedOrExit(
    findCoins(
      state,
      text.split(',').map((coin) => outPointKey(parseOutPoint(coin))),
    ),
  )
}

/** The rate that was given, in satoshi per 1000 vbytes, or what the node recommends. */
export async function chooseFeeRate({ options }: Session, node: Layer1Node, text: string | undefined): Promise<bigint> {
  if (text !== undefined) return parseFeeRate(text)
  const estimate = await node.estimateFeeRate(CONFIRMATION_TARGET)
  if (estimate === undefined && options.network.name === 'main') {
    throw new CliError('the node cannot tell the fee rate yet: give one with --fee, such as 5sat/vB')
  }
  return estimate ?? FALLBACK_FEE_RATE
}

/** A payment as its maker wants it. */
export interface PaymentWish {
  readonly destination: Destination
  readonly amount: bigint | 'all'
  readonly feeRate: bigint
  /** Coins to spend, `txid:index` with commas between. */
  readonly coins: string | undefined
}

/** An unsigned payment; no change address is used up before it is signed and sent. */
export function fundPayment(
  state: WalletState,
  { destination, amount, feeRate, coins: named }: PaymentWish,
): FundedTransaction {
  const { scriptPubKey } = destination
  const coins = chooseCoins(state, named)
  return fundedOrExit(
    createTransaction(state, {
      ...(amount === 'all' ? { all: scriptPubKey } : { outputs: [{ value: sats(amount), scriptPubKey }] }),
      feeRate,
      entropy: systemEntropy,
      reserveChange: false,
      ...(coins && { coins }),
    }),
  )
}

const changeOf = ({ tx, changeIndex }: FundedTransaction): bigint | undefined =>
  changeIndex === undefined ? undefined : tx.outputs[changeIndex]!.value

/** Satoshi that all outputs but the change get. */
export const paidBy = (funded: FundedTransaction): bigint =>
  funded.tx.outputs.reduce((sum, output) => sum + output.value, 0n) - (changeOf(funded) ?? 0n)

/** What the payment will do, for the eyes of its maker. */
export function describePayment(funded: FundedTransaction, address: string, feeRate: bigint): string[] {
  const change = changeOf(funded)
  return formatFields([
    ['to', address],
    ['amount', formatSats(paidBy(funded))],
    ['fee', `${formatSats(funded.fee)} (${formatFeeRate(feeRate)})`],
    ['change', change === undefined ? undefined : formatSats(change)],
    ['coins', String(funded.ownInputs.length)],
  ])
}

/** Hands a signed transaction to the node, and notes it in the wallet. */
export async function broadcast(
  session: Session,
  { state, node }: { readonly state: WalletState; readonly node: Layer1Node },
  tx: Transaction,
): Promise<Txid> {
  await node.call('sendrawtransaction', [bytesToHex(encodeTransaction(tx))])
  state.applyUnconfirmed(tx, Math.floor(session.io.now() / 1000))
  return computeTxid(tx)
}
