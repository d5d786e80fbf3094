import { bytesToHex } from '@ply/bytes'
import { encodeAddress, encodeTransaction, hashToDisplay } from '@ply/primitives'
import { systemEntropy } from '@ply/runtime'
import {
  combinePsbts,
  createPsbt,
  encodeBase64,
  encodePsbt,
  extractTransaction,
  finalizePsbt,
  type Psbt,
  psbtPrevout,
  signPsbt,
  toPsbtVersion0,
  toPsbtVersion2,
  updatePsbt,
  type WalletState,
} from '@ply/wallet'
import { psbtFields } from '../decode/decodeAnything.ts'
import { transactionLines } from '../decode/describeTransaction.ts'
import { CliError, usageError } from '../exitCode.ts'
import { formatSats } from '../format/amount.ts'
import { formatFields, formatTable } from '../format/table.ts'
import { parseFeeRate } from '../input/amount.ts'
import { parsePsbt } from '../input/psbt.ts'
import { confirmOrExit } from '../input/secret.ts'
import { printResult, type Session } from '../session.ts'
import { broadcast, chooseFeeRate, fundPayment, paidBy } from '../wallet/funding.ts'
import { unlockKeys, withSyncedWallet, withWallet } from '../wallet/open.ts'
import { parsePayment } from './send.ts'

export interface CreateOptions {
  readonly fee?: string
  readonly coins?: string
  readonly psbtVersion: string
}

const encode = (psbt: Psbt): string => encodeBase64(encodePsbt(psbt))

function parseVersion(text: string): 0 | 2 {
  if (text === '0') return 0
  if (text === '2') return 2
  throw usageError(`there is PSBT version 0 and version 2, not '${text}'`)
}

/** A payment of the wallet, unsigned, with what signers need to know (BIP 174's Creator and Updater). */
export async function create(
  session: Session,
  destinationText: string,
  amountText: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const { destination, amount } = parsePayment(session, destinationText, amountText)
  const version = parseVersion(options.psbtVersion)
  if (options.fee !== undefined) parseFeeRate(options.fee)
  await withSyncedWallet(session, async ({ state, node }) => {
    const feeRate = await chooseFeeRate(session, node, options.fee)
    const funded = fundPayment(state, { destination, amount, feeRate, coins: options.coins })
    const psbt = encode(updatePsbt(createPsbt(funded.tx, version), state))
    const json = { psbt, address: destination.address, amount_sat: paidBy(funded), fee_sat: funded.fee }
    printResult(session, json, () => [psbt])
  })
}

const feeOf = (psbt: Psbt): bigint | undefined => {
  const values = psbt.inputs.map((_, i) => psbtPrevout(psbt, i)?.value)
  const known = values.filter((value) => value !== undefined)
  if (known.length < values.length) return undefined
  const spent = known.reduce((sum, value) => sum + value, 0n)
  return spent - psbt.tx.outputs.reduce((sum, output) => sum + output.value, 0n)
}

/** What a signature would agree to. */
function summary(session: Session, psbt: Psbt, state: WalletState): string[] {
  const fee = feeOf(psbt)
  const rows = psbt.tx.outputs.map(({ value, scriptPubKey }) => [
    formatSats(value),
    encodeAddress(scriptPubKey, session.options.network) ?? bytesToHex(scriptPubKey),
    state.addresses.find(scriptPubKey) ? 'own' : '',
  ])
  return [
    ...formatTable([{ title: 'amount', align: 'right' }, { title: 'to' }, { title: '' }], rows),
    ...formatFields([
      ['inputs', String(psbt.inputs.length)],
      ['fee', fee === undefined ? 'unknown: not every spent output is told' : formatSats(fee)],
    ]),
  ]
}

/** Signs the inputs that are the wallet's (BIP 174's Updater and Signer). */
export async function sign(session: Session, argument: string): Promise<void> {
  const given = await parsePsbt(session, argument)
  const psbt = await withWallet(session, ({ state }) => {
    const known = updatePsbt(given, state)
    if (!session.options.yes) session.io.stderr.write(summary(session, known, state).join('\n') + '\n')
    return { known, state }
  })
  await confirmOrExit(session, 'Sign?')
  const keys = await unlockKeys(session)
  const result = signPsbt(psbt.known, { state: psbt.state, keys, entropy: systemEntropy })
  const refused = [...result.refused].map(([index, code]) => `input ${index}: ${code}`)
  if (result.signed === 0) {
    throw new CliError(
      `nothing signed${refused.length > 0 ? ` (${refused.join(', ')})` : ': no input is the wallet’s'}`,
    )
  }
  const text = encode(result.psbt)
  const complete = finalizePsbt(result.psbt).incomplete.size === 0
  printResult(session, { psbt: text, signed: result.signed, refused, complete }, () => [text])
}

/** Puts the signatures of several PSBTs into one (BIP 174's Combiner). */
export async function combine(session: Session, args: readonly string[]): Promise<void> {
  const psbts: Psbt[] = []
  for (const argument of args) psbts.push(await parsePsbt(session, argument))
  const combined = combinePsbts(psbts)
  if (!combined.ok) throw new CliError('these PSBTs are not of one transaction and one version')
  const psbt = encode(combined.value)
  printResult(session, { psbt, complete: finalizePsbt(combined.value).incomplete.size === 0 }, () => [psbt])
}

/** Makes final scripts of the signatures; where all inputs have theirs, the transaction (BIP 174's Finalizer). */
export async function finalize(session: Session, argument: string): Promise<void> {
  const { psbt, incomplete } = finalizePsbt(await parsePsbt(session, argument))
  const extracted = extractTransaction(psbt)
  const missing = [...incomplete].map(([index, code]) => `input ${index}: ${code}`)
  const hex = extracted.ok ? bytesToHex(encodeTransaction(extracted.value)) : undefined
  const text = encode(psbt)
  if (missing.length > 0) session.io.stderr.write(`not complete: ${missing.join(', ')}\n`)
  printResult(session, { psbt: text, complete: extracted.ok, hex, missing }, () => [hex ?? text])
}

/** Shows what stands in a PSBT. */
export async function decode(session: Session, argument: string): Promise<void> {
  const psbt = await parsePsbt(session, argument)
  const { network } = session.options
  const fee = feeOf(psbt)
  printResult(session, psbtFields(psbt, network), () => [
    ...formatFields([
      ['PSBT version', String(psbt.version)],
      ['fee', fee === undefined ? 'unknown' : formatSats(fee)],
    ]),
    ...transactionLines(psbt.tx, network),
  ])
}

/** Writes a PSBT in the other version. */
export async function convert(session: Session, argument: string, options: { readonly to: string }): Promise<void> {
  const version = parseVersion(options.to)
  const given = await parsePsbt(session, argument)
  const psbt = encode(version === 0 ? toPsbtVersion0(given) : toPsbtVersion2(given))
  printResult(session, { psbt, version }, () => [psbt])
}

/** Finalizes a PSBT and hands its transaction to the node. */
export async function send(session: Session, argument: string): Promise<void> {
  const { psbt, incomplete } = finalizePsbt(await parsePsbt(session, argument))
  const extracted = extractTransaction(psbt)
  if (!extracted.ok) {
    const missing = [...incomplete].map(([index, code]) => `input ${index}: ${code}`)
    throw new CliError(`the PSBT is not complete: ${missing.join(', ')}`)
  }
  await withSyncedWallet(session, async (opened) => {
    const lines = summary(session, psbt, opened.state)
    if (!session.options.yes) session.io.stderr.write(lines.join('\n') + '\n')
    await confirmOrExit(session, 'Send?')
    const txid = hashToDisplay(await broadcast(session, opened, extracted.value))
    printResult(session, { txid, fee_sat: feeOf(psbt), sent: true }, () => [
      ...(session.options.yes ? lines : []),
      ...formatFields([['txid', session.style.bold(txid)]]),
    ])
  })
}
