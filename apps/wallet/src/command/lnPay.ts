import { bytesToHex } from '@ply/bytes'
import { decodeInvoice, type Invoice } from '@ply/invoice'
import { RpcError } from '@ply/rpc'
import { CliError, EXIT, usageError } from '../exitCode.ts'
import { formatMsats } from '../format/amount.ts'
import { formatFields } from '../format/table.ts'
import { formatDuration } from '../format/time.ts'
import { parseDuration, parseMsats, parsePercent } from '../input/amount.ts'
import { confirmOrExit, readStdin } from '../input/secret.ts'
import { type LightningNode, withLightning } from '../node/lightning.ts'
import { printResult, type Session } from '../session.ts'

export interface InvoiceOptions {
  readonly label?: string
  readonly expiry?: string
  readonly qr?: boolean
}

export async function lnInvoice(
  session: Session,
  amountText: string,
  description: string | undefined,
  options: InvoiceOptions,
): Promise<void> {
  const amount = amountText === 'any' ? 'any' : parseMsats(amountText)
  if (amount === 0n) throw usageError("the amount must be above zero; 'any' leaves it to the payer")
  const expiry = options.expiry === undefined ? undefined : parseDuration(options.expiry)
  await withLightning(session, async (node) => {
    const made = await node.call('invoice', {
      amount_msat: amount,
      label: options.label ?? `ply-${session.io.now()}-${process.pid}`,
      description: description ?? '',
      expiry,
    })
    const bolt11 = made.get('bolt11').text
    const code =
      options.qr && !session.options.json ? (await import('uqr')).renderUnicodeCompact(bolt11.toUpperCase()) : ''
    printResult(session, made.value, () => [bolt11, ...(code === '' ? [] : [code])])
  })
}

export interface PayOptions {
  readonly maxFee?: string
  readonly timeout?: string
}

/** Core Lightning's number for a payment whose outcome is not known yet. */
const PAY_IN_PROGRESS = 200

function readInvoice(session: Session, text: string): Invoice {
  const decoded = decodeInvoice(text)
  if (!decoded.ok) throw usageError(`not an invoice: ${decoded.error.message}`)
  if (decoded.value.currency !== session.options.network.address.invoiceHrp) {
    throw usageError(`an invoice of another network (ln${decoded.value.currency})`)
  }
  return decoded.value
}

const summary = (node: LightningNode, invoice: Invoice, amount: bigint, now: number): string[] =>
  formatFields([
    ['to', node.nameOf(bytesToHex(invoice.payee))],
    ['amount', formatMsats(amount)],
    ['for', invoice.description === '' ? undefined : invoice.description],
    ['expires in', formatDuration(invoice.timestamp + invoice.expiry - now / 1000)],
  ])

export async function lnPay(
  session: Session,
  text: string,
  amountText: string | undefined,
  options: PayOptions,
): Promise<void> {
  const bolt11 = (text === '-' ? await readStdin(session) : text).trim().replace(/^lightning:/i, '')
  const invoice = readInvoice(session, bolt11)
  const given = amountText === undefined ? undefined : parseMsats(amountText)
  const maxFee = options.maxFee === undefined ? undefined : parsePercent(options.maxFee)
  const timeout = options.timeout === undefined ? undefined : parseDuration(options.timeout)
  const amount = given ?? invoice.amountMsat
  if (amount === undefined) throw usageError('the invoice leaves the amount to you: give one such as 1000sat')
  await withLightning(session, async (node) => {
    const lines = summary(node, invoice, amount, session.io.now())
    if (!session.options.yes) session.io.stderr.write(lines.join('\n') + '\n')
    await confirmOrExit(session, 'Pay?')
    const paid = await node
      .call('pay', {
        bolt11,
        amount_msat: given,
        maxfeepercent: maxFee === undefined ? undefined : String(maxFee / 10_000),
        retry_for: timeout,
      })
      .catch((error: unknown) => {
        if (!(error instanceof RpcError)) throw error
        if (error.code === PAY_IN_PROGRESS) throw new CliError(error.message, EXIT.timeout)
        throw new CliError(`payment failed: ${error.message}`, EXIT.paymentFailed)
      })
    const sent = paid.has('amount_sent_msat') ? paid.get('amount_sent_msat').integer : amount
    printResult(session, paid.value, () => [
      ...(session.options.yes ? lines : []),
      ...formatFields([
        ['fee', formatMsats(sent - amount)],
        ['preimage', paid.optional('payment_preimage')],
        ['status', session.style.green(paid.optional('status') ?? 'complete')],
      ]),
    ])
  })
}
