import { ok, type Result } from '@ply/bytes'
import { sats, type Transaction, type TxOutput } from '@ply/primitives'
import { computeDustThreshold } from '../../coins/dust.ts'
import { type FeeRate, feeForTransaction } from '../../coins/feeRate.ts'
import { unsignedWeight } from '../../coins/weight.ts'
import { selectedValue, type Selection, totalBumpFee } from '../../selection/selection.ts'
import { EMPTY_INPUT_WEIGHT } from '../inputSize.ts'
import { fail, MAX_STANDARD_TX_WEIGHT, type PaymentOrder, sum } from './order.ts'

/** Takes the fee out of the recipients that pay it, in equal parts; the first pays what cannot be divided. */
function subtractFees(
  outputs: readonly TxOutput[],
  payers: readonly number[],
  missing: bigint,
  dustRate: FeeRate,
): Result<readonly TxOutput[], string> {
  const share = missing / BigInt(payers.length)
  const remainder = missing % BigInt(payers.length)
  const reduced = [...outputs]
  for (const [place, index] of payers.entries()) {
    const output = outputs[index]!
    const value = output.value - share - (place === 0 ? remainder : 0n)
    if (value < computeDustThreshold(output.scriptPubKey, dustRate)) {
      return fail(
        value < 0n
          ? 'The transaction amount is too small to pay the fee'
          : 'The transaction amount is too small to send after the fee has been deducted',
      )
    }
    reduced[index] = { ...output, value: sats(value) }
  }
  return ok(reduced)
}

const withoutScripts = (tx: Transaction): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((each) => ({ ...each, scriptSig: new Uint8Array(0), witness: [] })),
})

/** Makes the fee what the signed transaction's size asks for, by the change or by the recipients who pay it. */
export function settleFee(
  draft: Transaction,
  { rates, recipients }: PaymentOrder,
  { selection, changePosition }: { readonly selection: Selection; readonly changePosition: number | undefined },
): Result<{ readonly tx: Transaction; readonly fee: bigint }, string> {
  const witness = selection.coins.reduce((total, { coin }) => total + coin.inputWeight - EMPTY_INPUT_WEIGHT, 0)
  const weight = unsignedWeight(withoutScripts(draft), witness)
  const needed = feeForTransaction(weight, rates.feeRate) + totalBumpFee(selection)
  const paid = (outputs: readonly TxOutput[]): bigint =>
    selectedValue(selection) - sum(outputs.map(({ value }) => value))
  let { outputs } = draft
  if (changePosition !== undefined && needed < paid(outputs)) {
    const value = sats(outputs[changePosition]!.value + paid(outputs) - needed)
    outputs = outputs.with(changePosition, { ...outputs[changePosition]!, value })
  }
  const payers = recipients.flatMap(({ subtractFee }, i) =>
    subtractFee ? [changePosition !== undefined && i >= changePosition ? i + 1 : i] : [],
  )
  if (payers.length > 0) {
    const reduced = subtractFees(outputs, payers, needed - paid(outputs), rates.dustRate)
    if (!reduced.ok) return reduced
    outputs = reduced.value
  }
  if (weight > MAX_STANDARD_TX_WEIGHT) return fail('Transaction too large')
  const fee = paid(outputs)
  if (fee > rates.maxFee) return fail('Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  return ok({ tx: { ...draft, outputs }, fee })
}
