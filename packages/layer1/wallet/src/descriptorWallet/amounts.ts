import type { TransactionRecord } from '../state/transactionLog.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'

/** An output as a line of the owner's account. */
export interface AmountEntry {
  readonly index: number
  readonly value: bigint
  readonly scriptPubKey: Uint8Array
}

/** What a transaction did to the wallet. Amounts in satoshi. */
export interface TransactionAmounts {
  /** What the wallet's inputs were worth. */
  readonly debit: bigint
  /** What the wallet's outputs are worth. */
  readonly credit: bigint
  /** Of a transaction with inputs of the wallet: all inputs that it knows less all outputs. */
  readonly fee: bigint
  readonly sent: readonly AmountEntry[]
  readonly received: readonly AmountEntry[]
}

/** As Bitcoin Core lists them: change is left out of what was sent and received, unless it is asked for. */
export function computeAmounts(
  wallet: DescriptorWallet,
  { tx }: TransactionRecord,
  includeChange = false,
): TransactionAmounts {
  const debit = tx.inputs.reduce((sum, input) => sum + (wallet.ownOutput(input.prevout)?.value ?? 0n), 0n)
  const total = tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  const sent: AmountEntry[] = []
  const received: AmountEntry[] = []
  let credit = 0n
  for (const [index, { value, scriptPubKey }] of tx.outputs.entries()) {
    const mine = wallet.isMine(scriptPubKey)
    if (mine) credit += value
    if (debit > 0n ? !includeChange && wallet.isChange(scriptPubKey) : !mine) continue
    if (debit > 0n) sent.push({ index, value, scriptPubKey })
    if (mine) received.push({ index, value, scriptPubKey })
  }
  return { debit, credit, fee: debit > 0n ? debit - total : 0n, sent, received }
}
