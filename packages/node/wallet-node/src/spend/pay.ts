import type { Result } from '@ply/bytes'
import { createPayment, type CreatedPayment, type PaymentOrder } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'

/** A payment of the wallet, not signed; logs how its coins were chosen. Errors are Bitcoin Core's words. */
export function pay(owner: NodeWallet, order: PaymentOrder): Result<CreatedPayment, string> {
  const created = createPayment(owner.wallet, order)
  const trial = created.ok ? created.value.wholeScripts : undefined
  if (trial) {
    const used = trial.isChosen ? 'grouped' : 'non-grouped'
    owner.log(`Fee non-grouped = ${trial.usualFee}, grouped = ${trial.fee}, using ${used}`)
  }
  return created
}
