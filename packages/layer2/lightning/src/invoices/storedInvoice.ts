import type { PaymentHashHex } from '../state.ts'
import { bytes32, hex, optional, stored, struct, text, u32, u64, word } from '../store/fields.ts'

/** An invoice of ours. `expired` is not stored: it follows from the time. */
export interface StoredInvoice {
  readonly paymentHash: PaymentHashHex
  readonly preimage: Uint8Array
  readonly paymentSecret: Uint8Array
  readonly invoice: string
  readonly description: string
  readonly amountMsat: bigint | undefined
  readonly minFinalCltvExpiryDelta: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly state: 'open' | 'paid'
  readonly receivedMsat: bigint
}

export const storedInvoiceCodec = stored<StoredInvoice>(
  struct({
    paymentHash: hex(32),
    preimage: bytes32,
    paymentSecret: bytes32,
    invoice: text,
    description: text,
    amountMsat: optional(u64),
    minFinalCltvExpiryDelta: u32,
    createdAt: u32,
    expiresAt: u32,
    state: word(['open', 'paid']),
    receivedMsat: u64,
  }),
)
