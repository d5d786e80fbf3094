import { SCRIPT_TYPES } from '@ply/wallet'
import { CliError, usageError } from '../exitCode.ts'
import { parseSats } from '../input/amount.ts'
import { createPaymentUri } from '../input/destination.ts'
import { printResult, type Session } from '../session.ts'
import { withWallet } from '../wallet/open.ts'

export interface ReceiveOptions {
  readonly type: string
  readonly new?: boolean
  readonly qr?: boolean
}

export async function receive(
  session: Session,
  amountText: string | undefined,
  options: ReceiveOptions,
): Promise<void> {
  const type = SCRIPT_TYPES.find((candidate) => candidate === options.type)
  if (!type) throw usageError(`--type must be one of ${SCRIPT_TYPES.join(', ')}`)
  const amount = amountText === undefined ? undefined : parseSats(amountText)
  const { address, key } = await withWallet(session, ({ state }) => {
    // Its keys come from the words, which are sealed while addresses are shown.
    if (!state.addresses.accounts.some((account) => account.type === type)) {
      throw new CliError(`this wallet was made without ${type} addresses: restore it from its words to have them`)
    }
    return state.nextAddress(type, { fresh: options.new ?? false })
  })
  const uri = createPaymentUri(address, amount)
  const code = options.qr && !session.options.json ? (await import('uqr')).renderUnicodeCompact(uri.toUpperCase()) : ''
  printResult(session, { address, uri, type, index: key.index, amount_sat: amount }, () => [
    address,
    ...(amount === undefined ? [] : [uri]),
    ...(code === '' ? [] : [code]),
  ])
}
