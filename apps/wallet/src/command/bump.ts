import { hashToDisplay, type Txid } from '@ply/primitives'
import { systemEntropy } from '@ply/runtime'
import {
  bumpFee,
  createChild,
  describeBumpError,
  describeFundingError,
  findReplaceable,
  type FundedTransaction,
  type FundingError,
  SAT_PER_VBYTE,
  signTransaction,
  type WalletState,
} from '@ply/wallet'
import { CliError, usageError } from '../exitCode.ts'
import { formatFeeRate, formatSats } from '../format/amount.ts'
import { formatFields } from '../format/table.ts'
import { parseCount, parseFeeRate } from '../input/amount.ts'
import { parseTxid } from '../input/outpoint.ts'
import { confirmOrExit } from '../input/secret.ts'
import type { Layer1Node } from '../node/layer1.ts'
import { printResult, type Session } from '../session.ts'
import { broadcast, chooseFeeRate } from '../wallet/funding.ts'
import { unlockKeys, withSyncedWallet } from '../wallet/open.ts'

export interface BumpOptions {
  readonly fee?: string
  readonly cpfp?: boolean
  readonly reduce?: string
  readonly dryRun?: boolean
}

interface Opened {
  readonly state: WalletState
  readonly node: Layer1Node
}

/** What will be signed, and how it speeds the first transaction up. */
interface Plan {
  readonly method: 'replacement' | 'child'
  readonly funded: FundedTransaction
  readonly feeRate: bigint
  readonly oldFee: bigint
}

type Failure = Parameters<typeof describeBumpError>[0] | FundingError

function refuse(error: Failure): never {
  switch (error.code) {
    case 'unknown-transaction':
    case 'not-in-mempool':
    case 'already-confirmed':
    case 'foreign-inputs':
    case 'no-such-output':
    case 'fee-rate-too-low':
      throw new CliError(describeBumpError(error))
    case 'has-descendants':
      throw new CliError(`${describeBumpError(error)}: let a child pay with --cpfp`)
    case 'insufficient-funds':
    case 'dust-output':
    case 'amount-out-of-range':
    case 'no-outputs':
    case 'unknown-coin':
    case 'fee-rate-out-of-range':
      throw new CliError(describeFundingError(error))
  }
}

async function planReplacement(
  session: Session,
  { state, node }: Opened,
  { txid, leastFeeRate, options }: { txid: Txid; leastFeeRate: bigint; options: BumpOptions },
): Promise<Plan> {
  const wanted = await chooseFeeRate(session, node, options.fee)
  // A recommendation may be below what a replacement must pay; what was asked for is taken at its word.
  const feeRate = options.fee === undefined && wanted < leastFeeRate ? leastFeeRate : wanted
  const bumped = bumpFee(state, txid, {
    feeRate,
    entropy: systemEntropy,
    reserveChange: false,
    ...(options.reduce !== undefined && { reduceOutput: parseCount(options.reduce, '--reduce', { max: 100_000 }) }),
  })
  if (!bumped.ok) return refuse(bumped.error)
  return { method: 'replacement', funded: bumped.value, feeRate, oldFee: bumped.value.oldFee }
}

async function planChild(session: Session, { state, node }: Opened, txid: Txid, options: BumpOptions): Promise<Plan> {
  const parent = { txid, ...(await node.ancestorPackage(hashToDisplay(txid))) }
  const size = BigInt(parent.size)
  const wanted = await chooseFeeRate(session, node, options.fee)
  const more = (parent.fee * 1000n + size - 1n) / size + SAT_PER_VBYTE
  const feeRate = options.fee === undefined && wanted < more ? more : wanted
  const child = createChild(state, parent, { feeRate, entropy: systemEntropy, reserveChange: false })
  if (child.ok) return { method: 'child', funded: child.value, feeRate, oldFee: parent.fee }
  switch (child.error.code) {
    case 'no-output-to-spend':
      throw new CliError('no output of the transaction is the wallet’s to spend: nothing to pay a child with')
    case 'parent-pays-enough':
      throw new CliError(`the transaction pays ${formatFeeRate((parent.fee * 1000n) / size)} already`)
    case 'insufficient-funds':
    case 'dust-output':
    case 'amount-out-of-range':
    case 'no-outputs':
    case 'unknown-coin':
    case 'fee-rate-out-of-range':
      return refuse(child.error)
  }
}

/** Replaces an own transaction at a higher fee, or pays for it with a child where others would have to sign. */
async function plan(session: Session, opened: Opened, txid: Txid, options: BumpOptions): Promise<Plan> {
  const original = findReplaceable(opened.state, txid)
  if (original.ok && !options.cpfp) {
    return planReplacement(session, opened, { txid, leastFeeRate: original.value.leastFeeRate, options })
  }
  const childHelps =
    original.ok || original.error.code === 'foreign-inputs' || original.error.code === 'has-descendants'
  const childWanted = options.cpfp === true || (!original.ok && original.error.code === 'foreign-inputs')
  if (!original.ok && !(childHelps && childWanted)) return refuse(original.error)
  return planChild(session, opened, txid, options)
}

export async function bump(session: Session, txidText: string, options: BumpOptions): Promise<void> {
  const txid = parseTxid(txidText)
  if (options.fee !== undefined) parseFeeRate(options.fee)
  if (options.cpfp && options.reduce !== undefined) throw usageError('--reduce is for a replacement, not for --cpfp')

  await withSyncedWallet(session, async (opened) => {
    const { method, funded, feeRate, oldFee } = await plan(session, opened, txid, options)
    const lines = formatFields([
      [method === 'replacement' ? 'replaces' : 'child of', hashToDisplay(txid)],
      ['fee', `${formatSats(funded.fee)} (${formatFeeRate(feeRate)}${method === 'child' ? ' for both' : ''})`],
      ['fee before', formatSats(oldFee)],
    ])
    const json = {
      method,
      of: hashToDisplay(txid),
      fee_sat: funded.fee,
      old_fee_sat: oldFee,
      vsize: Math.ceil(funded.weight / 4),
    }
    if (options.dryRun) {
      printResult(session, { ...json, sent: false }, () => [...lines, session.style.dim('dry run: nothing was sent')])
      return
    }
    if (!session.options.yes) session.io.stderr.write(lines.join('\n') + '\n')
    await confirmOrExit(session, method === 'replacement' ? 'Replace?' : 'Send the child?')
    const keys = await unlockKeys(session)
    const tx = signTransaction(funded.tx, { ownInputs: funded.ownInputs, keys, entropy: systemEntropy })
    const label = opened.state.label(txid)
    const sent = await broadcast(session, opened, tx)
    if (method === 'replacement' && label !== undefined) opened.state.setLabel(sent, label)
    printResult(session, { ...json, txid: hashToDisplay(sent), sent: true }, () => [
      ...(session.options.yes ? lines : []),
      ...formatFields([['txid', session.style.bold(hashToDisplay(sent))]]),
    ])
  })
}
