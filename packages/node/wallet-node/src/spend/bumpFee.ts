import { err, hexToBytes, ok, type Result } from '@ply/bytes'
import {
  computeTxid,
  hashToDisplay,
  type OutPoint,
  type Transaction,
  type TxOutput,
  virtualSize,
} from '@ply/primitives'
import { RPC_ERROR } from '@ply/rpc'
import {
  EMPTY_INPUT_WEIGHT,
  feeForTransaction,
  formatMoney,
  type PresetInput,
  type Recipient,
  type TransactionRecord,
  unsignedWeight,
} from '@ply/wallet'
import { type FeeWish, paymentTerms, readFeeRateOf, requiredFeeRate } from '../rpc/feeArguments.ts'
import type { NodeWallet } from '../nodeWallet.ts'
import { withoutScripts } from '../signing.ts'
import { usualLockTime } from './lockTime.ts'
import { pay } from './pay.ts'

/** What Bitcoin Core's wallet adds to a fee rate at least, whatever its node asks for; satoshi per 1000 vbytes. */
const WALLET_INCREMENTAL_FEE = 5000n

export interface BumpWish extends FeeWish {
  readonly replaceable: boolean
  /** In place of what the transaction pays. */
  readonly outputs: readonly Recipient[] | undefined
  /** The output that is change. */
  readonly changeIndex: number | undefined
  /** Somebody else may have inputs in it. */
  readonly allowForeign: boolean
}

export interface BumpedFee {
  /** Not signed. */
  readonly tx: Transaction
  readonly oldFee: bigint
  readonly fee: bigint
}

/** Bitcoin Core's number and words. */
export interface BumpFailure {
  readonly code: number
  readonly message: string
}

type Failed = Result<never, BumpFailure>
const fail = (code: number, message: string): Failed => err({ code, message })

const largest = (...rates: readonly bigint[]): bigint => rates.reduce((a, b) => (a > b ? a : b))
const sum = (outputs: readonly { readonly value: bigint }[]): bigint =>
  outputs.reduce((total, { value }) => total + value, 0n)

/** What keeps a transaction from being replaced. */
export function checkReplaceable(owner: NodeWallet, record: TransactionRecord): Result<void, BumpFailure> {
  const { wallet, node } = owner
  const txid = computeTxid(record.tx)
  if (record.tx.outputs.some((_, index) => wallet.ledger.spenderOf({ txid, index }))) {
    return fail(RPC_ERROR.invalidParameter, 'Transaction has descendants in the wallet')
  }
  const entry = node.mempool.mempool.get(txid)
  if (entry && entry.children.size > 0) {
    return fail(RPC_ERROR.invalidParameter, 'Transaction has descendants in the mempool')
  }
  if (wallet.ledger.depth(record) !== 0) {
    return fail(RPC_ERROR.wallet, 'Transaction has been mined, or is conflicted with a mined transaction')
  }
  const replacedBy = wallet.note(record.txid)?.replacedBy
  if (replacedBy !== undefined) {
    const other = hashToDisplay(hexToBytes(replacedBy))
    return fail(
      RPC_ERROR.wallet,
      `Cannot bump transaction ${hashToDisplay(txid)} which was already bumped by transaction ${other}`,
    )
  }
  return ok(undefined)
}

interface Spent {
  readonly inputs: readonly PresetInput[]
  readonly outputs: readonly TxOutput[]
}

/** The coins that a transaction spends; foreign ones with the size that their inputs have now. */
async function findSpent(owner: NodeWallet, { tx }: TransactionRecord): Promise<Result<Spent, BumpFailure>> {
  const inputs: PresetInput[] = []
  const outputs: TxOutput[] = []
  for (const input of tx.inputs) {
    const { prevout } = input
    const own = owner.wallet.ownOutput(prevout)
    const output = await findOutput(owner, prevout)
    if (!output) return fail(RPC_ERROR.misc, `${hashToDisplay(prevout.txid)}:${prevout.index} is already spent`)
    outputs.push(output)
    if (own) {
      inputs.push({ outpoint: prevout })
      continue
    }
    const alone = { ...tx, inputs: [input], outputs: [] }
    const scriptWeight = 4 * input.scriptSig.length + witnessSize(alone)
    inputs.push({ outpoint: prevout, output, weight: EMPTY_INPUT_WEIGHT + scriptWeight })
  }
  return ok({ inputs, outputs })
}

const witnessSize = ({ inputs }: Transaction): number =>
  inputs.reduce((size, { witness }) => size + witness.reduce((n, item) => n + item.length + 1, 1), 0)

/** An output of the chain or the mempool, also one that the transaction at hand spends. */
async function findOutput({ node }: NodeWallet, prevout: OutPoint): Promise<TxOutput | undefined> {
  const waiting = node.mempool.mempool.get(prevout.txid)?.tx.outputs[prevout.index]
  return waiting ?? (await node.mempool.unspentOutput(prevout, { withMempool: false }))?.output
}

/** What the replacement must pay, for the size that it has with all signatures. */
function checkRate(owner: NodeWallet, size: number, oldFee: bigint, feeRate: bigint): Result<void, BumpFailure> {
  const { mempool } = owner.node
  const minimum = mempool.minFeeRate()
  // What relay asks for at any time is not what a full pool asks for.
  if (minimum > mempool.mempool.options.minRelayFeeRate && feeRate < minimum) {
    return fail(
      RPC_ERROR.wallet,
      `New fee rate (${formatMoney(feeRate)}) is lower than the minimum fee rate (${formatMoney(minimum)}) to get into the mempool -- `,
    )
  }
  const fee = feeForTransaction(size * 4, feeRate)
  const increment = feeForTransaction(size * 4, mempool.mempool.options.incrementalFeeRate)
  if (fee < oldFee + increment) {
    return fail(
      RPC_ERROR.invalidParameter,
      `Insufficient total fee ${formatMoney(fee)}, must be at least ${formatMoney(oldFee + increment)} (oldFee ${formatMoney(oldFee)} + incrementalFee ${formatMoney(increment)})`,
    )
  }
  const required = feeForTransaction(size * 4, requiredFeeRate(owner))
  if (fee < required) {
    return fail(
      RPC_ERROR.invalidParameter,
      `Insufficient total fee (cannot be less than required fee ${formatMoney(required)})`,
    )
  }
  const { maxTxFee } = owner.options
  if (fee > maxTxFee) {
    return fail(
      RPC_ERROR.wallet,
      `Specified or calculated fee ${formatMoney(fee)} is too high (cannot be higher than -maxtxfee ${formatMoney(maxTxFee)})`,
    )
  }
  return ok(undefined)
}

/** A little more than the transaction pays now, and no less than any other payment would. */
function suggestRate(owner: NodeWallet, { tx }: TransactionRecord, oldFee: bigint, wish: FeeWish): bigint {
  const rate = (oldFee * 1000n) / BigInt(virtualSize(tx)) + 1n
  const { incrementalFeeRate } = owner.node.mempool.mempool.options
  return largest(rate + largest(incrementalFeeRate, WALLET_INCREMENTAL_FEE), readFeeRateOf(owner, wish))
}

interface Shares {
  readonly recipients: readonly Recipient[]
  readonly changeScript: Uint8Array | undefined
}

/** Who is paid, and where change goes: as before, or as wished. */
function shareOut({ wallet }: NodeWallet, { tx }: TransactionRecord, wish: BumpWish): Result<Shares, BumpFailure> {
  const outputs = wish.outputs ?? tx.outputs
  const isChange = (output: { readonly scriptPubKey: Uint8Array }, index: number): boolean =>
    wish.changeIndex === undefined ? wallet.isChange(output.scriptPubKey) : wish.changeIndex === index
  const recipients = outputs
    .filter((output, index) => !isChange(output, index))
    .map(({ scriptPubKey, value }) => ({ scriptPubKey, value, subtractFee: false }))
  const change = outputs.findLast(isChange)
  if (recipients.length > 0) return ok({ recipients, changeScript: change?.scriptPubKey })
  if (!change) {
    return fail(
      RPC_ERROR.invalidParameter,
      'Unable to create transaction. Transaction must have at least one recipient',
    )
  }
  const all = { scriptPubKey: change.scriptPubKey, value: sum(outputs), subtractFee: true }
  return ok({ recipients: [all], changeScript: undefined })
}

/** A replacement at a higher fee, as Bitcoin Core's `CreateRateBumpTransaction`. */
export async function createReplacement(
  owner: NodeWallet,
  record: TransactionRecord,
  wish: BumpWish,
): Promise<Result<BumpedFee, BumpFailure>> {
  const { wallet } = owner
  if (wish.outputs && wish.changeIndex !== undefined) {
    return fail(
      RPC_ERROR.invalidParameter,
      "The options 'outputs' and 'original_change_index' are incompatible. You can only either specify a new set of outputs, or designate a change output to be recycled.",
    )
  }
  if (wish.changeIndex !== undefined && wish.changeIndex >= record.tx.outputs.length) {
    return fail(RPC_ERROR.invalidParameter, 'Change position is out of range')
  }
  const spent = await findSpent(owner, record)
  if (!spent.ok) return spent
  const replaceable = checkReplaceable(owner, record)
  if (!replaceable.ok) return replaceable
  if (!wish.allowForeign && spent.value.inputs.some(({ output }) => output !== undefined)) {
    return fail(RPC_ERROR.wallet, "Transaction contains inputs that don't belong to this wallet")
  }
  const oldFee = sum(spent.value.outputs) - sum(record.tx.outputs)
  const shares = shareOut(owner, record, wish)
  if (!shares.ok) return shares
  if (wish.feeRate !== undefined) {
    const outputs = wish.outputs ?? record.tx.outputs
    const draft = { ...withoutScripts(record.tx), outputs: outputs as Transaction['outputs'] }
    const weights = spent.value.inputs.map(
      ({ weight }, i) => weight ?? wallet.inputWeight(spent.value.outputs[i]!.scriptPubKey) ?? EMPTY_INPUT_WEIGHT,
    )
    const witness = weights.reduce((total, weight) => total + weight - EMPTY_INPUT_WEIGHT, 0)
    const checked = checkRate(owner, Math.ceil(unsignedWeight(draft, witness) / 4), oldFee, wish.feeRate)
    if (!checked.ok) return checked
  }
  const feeRate = wish.feeRate ?? suggestRate(owner, record, oldFee, wish)
  return payReplacement(owner, { ...shares.value, inputs: spent.value.inputs, feeRate, wish, oldFee })
}

function payReplacement(
  owner: NodeWallet,
  plan: Shares & {
    readonly inputs: readonly PresetInput[]
    readonly feeRate: bigint
    readonly wish: BumpWish
    readonly oldFee: bigint
  },
): Result<BumpedFee, BumpFailure> {
  const { recipients, changeScript, inputs, feeRate, wish, oldFee } = plan
  const payment = pay(owner, {
    ...paymentTerms(owner, feeRate),
    recipients,
    lockTime: usualLockTime(owner),
    inputs,
    addInputs: true,
    replaceable: wish.replaceable,
    // New unconfirmed inputs would make the replacement depend on more than the original did.
    filter: { minDepth: 1, includeUsed: true },
    ...(changeScript && { changeScript }),
  })
  if (!payment.ok) return fail(RPC_ERROR.wallet, `Unable to create transaction. ${payment.error}`)
  return ok({ tx: payment.value.tx, oldFee, fee: payment.value.fee })
}
