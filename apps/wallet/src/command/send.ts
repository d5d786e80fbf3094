import { bytesToHex } from '@ply/bytes'
import { computeTxid, encodeTransaction, hashToDisplay, outPointKey, sats } from '@ply/primitives'
import { systemEntropy } from '@ply/runtime'
import {
  type Coin,
  createPsbt,
  createTransaction,
  describeFundingError,
  encodeBase64,
  encodePsbt,
  findCoins,
  type FundedTransaction,
  type FundingError,
  signTransaction,
  updatePsbt,
  type WalletState,
} from '@ply/wallet'
import { CliError, usageError } from '../exitCode.ts'
import { formatFeeRate, formatSats } from '../format/amount.ts'
import { formatFields } from '../format/table.ts'
import { parseFeeRate, parseSatsOrAll } from '../input/amount.ts'
import { parseDestination } from '../input/destination.ts'
import { parseOutPoint } from '../input/outpoint.ts'
import { confirmOrExit } from '../input/secret.ts'
import type { Layer1Node } from '../node/layer1.ts'
import { printResult, type Session } from '../session.ts'
import { unlockKeys, withSyncedWallet } from '../wallet/open.ts'

export interface SendOptions {
  readonly fee?: string
  readonly coins?: string
  readonly label?: string
  readonly dryRun?: boolean
  readonly psbt?: boolean
}

/** Blocks within which a payment should stand where nobody gave a fee rate. */
const CONFIRMATION_TARGET = 6
/** Where a test network's node knows no better, as on a chain with empty blocks. */
const FALLBACK_FEE_RATE = 1000n

const orExit = <T>(result: { ok: true; value: T } | { ok: false; error: FundingError }): T => {
  if (result.ok) return result.value
  throw new CliError(describeFundingError(result.error))
}

function chooseCoins(state: WalletState, text: string | undefined): readonly Coin[] | undefined {
  if (text === undefined) return undefined
  return orExit(
    findCoins(
      state,
      text.split(',').map((coin) => outPointKey(parseOutPoint(coin))),
    ),
  )
}

async function chooseFeeRate({ options }: Session, node: Layer1Node, text: string | undefined): Promise<bigint> {
  if (text !== undefined) return parseFeeRate(text)
  const estimate = await node.estimateFeeRate(CONFIRMATION_TARGET)
  if (estimate === undefined && options.network.name === 'main') {
    throw new CliError('the node cannot tell the fee rate yet: give one with --fee, such as 5sat/vB')
  }
  return estimate ?? FALLBACK_FEE_RATE
}

/** What the payment will do, for the eyes of its maker. */
function summary(funded: FundedTransaction, address: string, feeRate: bigint): string[] {
  const change = funded.changeIndex === undefined ? undefined : funded.tx.outputs[funded.changeIndex]!.value
  const paid = funded.tx.outputs.reduce((sum, output) => sum + output.value, 0n) - (change ?? 0n)
  return formatFields([
    ['to', address],
    ['amount', formatSats(paid)],
    ['fee', `${formatSats(funded.fee)} (${formatFeeRate(feeRate)})`],
    ['change', change === undefined ? undefined : formatSats(change)],
    ['coins', String(funded.ownInputs.length)],
  ])
}

export async function send(
  session: Session,
  destinationText: string,
  amountText: string | undefined,
  options: SendOptions,
): Promise<void> {
  const destination = parseDestination(destinationText, session.options.network)
  const amount = amountText === undefined ? destination.amount : parseSatsOrAll(amountText)
  if (amount === undefined) throw usageError('how much? Give an amount such as 0.1btc, 5000sat or all')
  if (options.fee !== undefined) parseFeeRate(options.fee)

  await withSyncedWallet(session, async ({ state, node }) => {
    const { scriptPubKey } = destination
    const feeRate = await chooseFeeRate(session, node, options.fee)
    const coins = chooseCoins(state, options.coins)
    const trial = options.dryRun === true || options.psbt === true
    const funded = orExit(
      createTransaction(state, {
        ...(amount === 'all' ? { all: scriptPubKey } : { outputs: [{ value: sats(amount), scriptPubKey }] }),
        feeRate,
        entropy: systemEntropy,
        reserveChange: false,
        ...(coins && { coins }),
      }),
    )
    const lines = summary(funded, destination.address, feeRate)
    const json = {
      address: destination.address,
      amount_sat: funded.tx.outputs.reduce(
        (sum, output, i) => (i === funded.changeIndex ? sum : sum + output.value),
        0n,
      ),
      fee_sat: funded.fee,
      vsize: Math.ceil(funded.weight / 4),
    }
    if (options.psbt) {
      const psbt = encodeBase64(encodePsbt(updatePsbt(createPsbt(funded.tx), state)))
      printResult(session, { ...json, psbt, sent: false }, () => [psbt])
      return
    }
    if (trial) {
      printResult(session, { ...json, sent: false }, () => [...lines, session.style.dim('dry run: nothing was sent')])
      return
    }
    if (!session.options.yes) session.io.stderr.write(lines.join('\n') + '\n')
    await confirmOrExit(session, 'Send?')
    const keys = await unlockKeys(session)
    const tx = signTransaction(funded.tx, { ownInputs: funded.ownInputs, keys, entropy: systemEntropy })
    const txid = computeTxid(tx)
    await node.call('sendrawtransaction', [bytesToHex(encodeTransaction(tx))])
    state.applyUnconfirmed(tx, Math.floor(session.io.now() / 1000))
    const label = options.label ?? destination.label
    if (label !== undefined) state.setLabel(txid, label)
    printResult(session, { ...json, txid: hashToDisplay(txid), sent: true }, () => [
      ...(session.options.yes ? lines : []),
      ...formatFields([['txid', session.style.bold(hashToDisplay(txid))]]),
    ])
  })
}
