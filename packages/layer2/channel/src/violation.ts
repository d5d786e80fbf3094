/** Every rule of BOLT 2 and 3 that a peer (or our own command) can break, by a stable name. */
export type ChannelViolationCode =
  // open_channel, accept_channel
  | 'unknown-chain'
  | 'channel-type-missing'
  | 'channel-type-unsuitable'
  | 'channel-type-changed'
  | 'temporary-channel-id-changed'
  | 'funding-too-small'
  | 'funding-too-large'
  | 'push-over-funding'
  | 'to-self-delay-too-large'
  | 'too-many-accepted-htlcs'
  | 'no-accepted-htlcs'
  | 'feerate-too-low'
  | 'feerate-too-high'
  | 'dust-limit-over-reserve'
  | 'dust-limit-too-small'
  | 'dust-limit-too-large'
  | 'reserve-under-dust-limit'
  | 'reserve-too-large'
  | 'htlc-minimum-too-large'
  | 'max-in-flight-too-small'
  | 'minimum-depth-too-large'
  | 'opener-cannot-pay-fee'
  | 'no-side-over-reserve'
  | 'invalid-shutdown-script'
  // funding
  | 'invalid-commitment-signature'
  | 'wrong-channel-id'
  | 'wrong-funding-output'
  // normal operation
  | 'htlc-amount-zero'
  | 'htlc-under-minimum'
  | 'cltv-expiry-too-large'
  | 'cltv-expiry-too-soon'
  | 'unexpected-htlc-id'
  | 'too-many-htlcs'
  | 'htlc-value-in-flight-too-high'
  | 'insufficient-funds'
  | 'dust-exposure-too-high'
  | 'unknown-htlc-id'
  | 'wrong-preimage'
  | 'badonion-bit-missing'
  | 'fee-from-non-opener'
  | 'cannot-afford-fee'
  | 'wrong-htlc-signature-count'
  | 'invalid-htlc-signature'
  | 'unexpected-revocation'
  | 'invalid-revocation-secret'
  | 'channel-not-ready'
  | 'add-after-shutdown'
  // reestablish
  | 'next-commitment-number-zero'
  | 'unexpected-commitment-number'
  | 'unexpected-revocation-number'
  | 'wrong-last-secret'
  // closing
  | 'shutdown-script-changed'
  | 'shutdown-with-pending-updates'
  | 'invalid-closing-signature'
  | 'closing-fee-out-of-range'
  | 'closing-fee-outside-overlap'
  | 'closing-fee-not-between'
  | 'closing-fee-over-balance'
  | 'closing-output-dust'
  | 'closing-too-early'
  // any
  | 'unexpected-message'

/** A broken rule: its name and the figures that show it. */
export interface ChannelViolation {
  readonly code: ChannelViolationCode
  readonly detail: string
}

export const violation = (code: ChannelViolationCode, detail: string): ChannelViolation => ({ code, detail })
