import { hashToDisplay } from '@ply/primitives'
import { systemEntropy } from '@ply/runtime'
import { createPsbt, encodeBase64, encodePsbt, signTransaction, updatePsbt } from '@ply/wallet'
import { usageError } from '../exitCode.ts'
import { formatFields } from '../format/table.ts'
import { parseFeeRate, parseSatsOrAll } from '../input/amount.ts'
import { type Destination, parseDestination } from '../input/destination.ts'
import { confirmOrExit } from '../input/secret.ts'
import { printResult, type Session } from '../session.ts'
import { broadcast, chooseFeeRate, describePayment, fundPayment, paidBy } from '../wallet/funding.ts'
import { unlockKeys, withSyncedWallet } from '../wallet/open.ts'

export interface SendOptions {
  readonly fee?: string
  readonly coins?: string
  readonly label?: string
  readonly dryRun?: boolean
  readonly psbt?: boolean
}

/** Who is paid and how much; throws a usage error where the arguments do not say. */
export function parsePayment(
  { options }: Session,
  destinationText: string,
  amountText: string | undefined,
): { readonly destination: Destination; readonly amount: bigint | 'all' } {
  const destination = parseDestination(destinationText, options.network)
  const amount = amountText === undefined ? destination.amount : parseSatsOrAll(amountText)
  if (amount === undefined) throw usageError('how much? Give an amount such as 0.1btc, 5000sat or all')
  return { destination, amount }
}

export async function send(
  session: Session,
  destinationText: string,
  amountText: string | undefined,
  options: SendOptions,
): Promise<void> {
  const { destination, amount } = parsePayment(session, destinationText, amountText)
  if (options.fee !== undefined) parseFeeRate(options.fee)

  await withSyncedWallet(session, async ({ state, node }) => {
    const feeRate = await chooseFeeRate(session, node, options.fee)
    const funded = fundPayment(state, { destination, amount, feeRate, coins: options.coins })
    const lines = describePayment(funded, destination.address, feeRate)
    const json = {
      address: destination.address,
      amount_sat: paidBy(funded),
      fee_sat: funded.fee,
      vsize: Math.ceil(funded.weight / 4),
    }
    if (options.psbt) {
      const psbt = encodeBase64(encodePsbt(updatePsbt(createPsbt(funded.tx), state)))
      printResult(session, { ...json, psbt, sent: false }, () => [psbt])
      return
    }
    if (options.dryRun) {
      printResult(session, { ...json, sent: false }, () => [...lines, session.style.dim('dry run: nothing was sent')])
      return
    }
    if (!session.options.yes) session.io.stderr.write(lines.join('\n') + '\n')
    await confirmOrExit(session, 'Send?')
    const keys = await unlockKeys(session)
    const tx = signTransaction(funded.tx, { ownInputs: funded.ownInputs, keys, entropy: systemEntropy })
    const txid = await broadcast(session, { state, node }, tx)
    const label = options.label ?? destination.label
    if (label !== undefined) state.setLabel(txid, label)
    printResult(session, { ...json, txid: hashToDisplay(txid), sent: true }, () => [
      ...(session.options.yes ? lines : []),
      ...formatFields([['txid', session.style.bold(hashToDisplay(txid))]]),
    ])
  })
}
