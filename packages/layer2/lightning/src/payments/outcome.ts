import { hexToBytes } from '@ply/bytes'
import type { HtlcFailure } from '@ply/channel'
import {
  computeSharedSecrets,
  decodeFailure,
  type Failure,
  isNodeFailure,
  isPermanentFailure,
  type UnknownFailure,
  unwrapFailurePacket,
} from '@ply/onion'
import { newPaymentHints, type PaymentHints } from '../core.ts'
import type { Turn } from '../turn.ts'
import { attemptOf, attemptPayment, storePayment } from './attempt.ts'
import type { Attempt, Payment } from './payment.ts'
import { hasNewTerms } from './updatedTerms.ts'

/** A payment that has not got through this many seconds after it was asked for is not tried again. */
const RETRY_FOR = 60

/** Where on the route a failure arose, and what it says; undefined where nobody admits it. */
interface LocatedFailure {
  readonly hop: number
  readonly failure: Failure | UnknownFailure
}

const withState = (payment: Payment, attempt: Attempt, state: Attempt['state']): Payment => ({
  ...payment,
  attempts: payment.attempts.map((each) => (each === attempt ? { ...attempt, state } : each)),
})

/** The payee has released the preimage: the payment is made, once. */
export function onPaymentFulfilled(
  turn: Turn,
  payment: Payment,
  htlc: { readonly channel: string; readonly id: bigint; readonly preimage: Uint8Array },
): void {
  const attempt = attemptOf(payment, htlc.channel, htlc.id)
  if (!attempt) return
  const { core, env } = turn
  for (const hop of attempt.hops.slice(1)) core.liquidity.recordSuccess(hop.edge, hop.amountMsat, env.now)
  core.paymentHints.delete(payment.paymentHash)
  storePayment(turn, {
    ...withState(payment, attempt, 'settled'),
    state: 'sent',
    preimage: htlc.preimage,
    failure: undefined,
  })
  turn.notify({
    type: 'payment-sent',
    paymentHash: payment.paymentHash,
    preimage: htlc.preimage,
    amountMsat: payment.amountMsat,
    feeMsat: attempt.amountMsat - payment.amountMsat,
  })
}

function locate(attempt: Attempt, failure: HtlcFailure): LocatedFailure | undefined {
  if (failure.type !== 'reason') return undefined
  const secrets = computeSharedSecrets(
    attempt.sessionKey,
    attempt.hops.map((hop) => hexToBytes(hop.nodeId)),
  )
  const unwrapped = secrets && unwrapFailurePacket(secrets, failure.reason)
  if (!unwrapped) return undefined
  const decoded = decodeFailure(unwrapped.message)
  return { hop: unwrapped.hop, failure: decoded.ok ? decoded.value : { type: 'unknown', code: 0 } }
}

/** An attempt has failed: what it taught is kept, and the payment tried over another route or given up. */
export function onPaymentFailed(
  turn: Turn,
  payment: Payment,
  htlc: { readonly channel: string; readonly id: bigint; readonly failure: HtlcFailure },
): void {
  const attempt = attemptOf(payment, htlc.channel, htlc.id)
  if (!attempt) return
  const { core, env } = turn
  const updated = withState(payment, attempt, 'failed')
  const hints = core.paymentHints.get(payment.paymentHash) ?? newPaymentHints()
  core.paymentHints.set(payment.paymentHash, hints)
  const located = locate(attempt, htlc.failure)
  const final = located ? learn(turn, attempt, located, hints) : learnUnlocated(attempt, htlc.failure, hints)
  const reason = located ? failureText(located, attempt) : `unreadable failure (${htlc.failure.type})`
  if (final || env.now > payment.createdAt + RETRY_FOR) {
    giveUp(turn, updated, reason)
    return
  }
  const outcome = attemptPayment(turn, updated)
  if (outcome !== 'sent') giveUp(turn, updated, `${outcome}; last failure: ${reason}`)
}

const failureText = ({ failure, hop }: LocatedFailure, { hops }: Attempt): string =>
  `${failure.type === 'unknown' ? `failure ${failure.code}` : failure.type} at hop ${hop + 1} of ${hops.length}`

/** Takes in what a failure says (BOLT 4, Receiving Failure Codes); true where another route would not help. */
function learn(turn: Turn, attempt: Attempt, { hop, failure }: LocatedFailure, hints: PaymentHints): boolean {
  const { core, env } = turn
  const { hops } = attempt
  const { now } = env
  for (const passed of hops.slice(1, hop + 1)) core.liquidity.recordSuccess(passed.edge, passed.amountMsat, now)
  const erring = hops[hop]!
  const failed = hops[hop + 1]
  if (!failed) {
    // The payee itself. Only a cheating hop before it is worth another route.
    const blamesPrevious =
      failure.type === 'final_incorrect_cltv_expiry' || failure.type === 'final_incorrect_htlc_amount'
    hints.excludedEdges.add(erring.edge)
    return !blamesPrevious || hops.length === 1
  }
  if (isNodeFailure(failure)) {
    hints.excludedNodes.add(erring.nodeId)
    return false
  }
  if (hasNewTerms(turn, { erring, failed, failure }, hints)) return false
  hints.excludedEdges.add(failed.edge)
  if (failure.type === 'temporary_channel_failure') core.liquidity.recordFailure(failed.edge, failed.amountMsat, now)
  else if (isPermanentFailure(failure)) core.liquidity.recordUnusable(failed.edge, now)
  return false
}

/** Nobody on the route admits the failure: then none of its channels is trusted for this payment. */
function learnUnlocated({ hops }: Attempt, failure: HtlcFailure, hints: PaymentHints): boolean {
  if (failure.type === 'dropped') return false
  if (failure.type === 'on-chain') {
    hints.excludedEdges.add(hops[0]!.edge)
    return false
  }
  for (const hop of hops.length > 1 ? hops.slice(1) : hops) hints.excludedEdges.add(hop.edge)
  return hops.length === 1
}

/** The payment has failed for good. */
export function giveUp(turn: Turn, payment: Payment, failure: string): void {
  turn.core.paymentHints.delete(payment.paymentHash)
  storePayment(turn, { ...payment, state: 'failed', failure })
  turn.notify({ type: 'payment-failed', paymentHash: payment.paymentHash, reason: failure })
}
