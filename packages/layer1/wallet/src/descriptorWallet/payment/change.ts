import { compactSizeLength } from '@ply/bytes'
import { classifyOutput, type OutputClass } from '@ply/script'
import { computeDustThreshold } from '../../coins/dust.ts'
import { feeForTransaction } from '../../coins/feeRate.ts'
import type { ChangeCosts } from '../../selection/selection.ts'
import type { DescriptorWallet } from '../descriptorWallet.ts'
import type { OutputType } from '../outputType.ts'
import type { DescriptorKey } from '../walletDescriptor.ts'
import type { PaymentOrder } from './order.ts'

/** An input for a change output that nobody knows how to spend: nested P2WPKH. */
const UNKNOWN_CHANGE_WEIGHT = 91 * 4

/** Where change goes. */
export interface Change {
  readonly scriptPubKey: Uint8Array
  readonly reserved: DescriptorKey | undefined
  /** Why there is no change address, if there is none. */
  readonly failure: string | undefined
}

/** Bytes of an output. */
export const outputSize = ({ scriptPubKey }: { readonly scriptPubKey: Uint8Array }): number =>
  8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length

/** Change that looks like what is paid: which output forms ask for which kind of address, the newest first. */
const LIKE_PAID: readonly (readonly [OutputClass['type'], OutputType])[] = [
  ['witness_v1_taproot', 'bech32m'],
  ['witness_v0_keyhash', 'bech32'],
  ['scripthash', 'p2sh-segwit'],
  ['pubkeyhash', 'legacy'],
]

/** The kind of change: as asked for, as what is paid where the wallet has that, or the newest that it has. */
function changeTypeOf({ book }: DescriptorWallet, { changeType, habits, recipients }: PaymentOrder): OutputType {
  if (changeType) return changeType
  if (habits.addressType === 'legacy') return 'legacy'
  const paid = new Set(recipients.map(({ scriptPubKey }) => classifyOutput(scriptPubKey).type))
  const has = (type: OutputType): boolean => book.activeFor(type, true) !== undefined
  const like = LIKE_PAID.find(([form, type]) => paid.has(form) && has(type))
  if (like) return like[1]
  return has('bech32m') ? 'bech32m' : has('bech32') ? 'bech32' : habits.addressType
}

export function reserveChange(wallet: DescriptorWallet, order: PaymentOrder): Change {
  if (order.changeScript) return { scriptPubKey: order.changeScript, reserved: undefined, failure: undefined }
  const type = changeTypeOf(wallet, order)
  const active = wallet.book.activeFor(type, true)
  const none = { scriptPubKey: new Uint8Array(0), reserved: undefined }
  const sentence = "Transaction needs a change address, but we can't generate it."
  if (!active) return { ...none, failure: `${sentence} Error: No ${type} addresses available.` }
  const taken = wallet.book.takeNext(active.id)
  if (!taken.ok) return { ...none, failure: `${sentence} Error: Keypool ran out, please call keypoolrefill first` }
  return { scriptPubKey: taken.value.scriptPubKey, reserved: taken.value, failure: undefined }
}

/** What change costs at the rates of a payment. */
export function changeCosts(wallet: DescriptorWallet, { rates }: PaymentOrder, change: Change): ChangeCosts {
  const spendWeight = wallet.inputWeight(change.scriptPubKey) ?? UNKNOWN_CHANGE_WEIGHT
  const spendFee = feeForTransaction(spendWeight, rates.discardRate)
  const dust = computeDustThreshold(change.scriptPubKey, rates.discardRate)
  const changeFee = feeForTransaction(outputSize(change) * 4, rates.feeRate)
  return { changeFee, cost: changeFee + spendFee, least: spendFee + 1n > dust ? spendFee + 1n : dust }
}
