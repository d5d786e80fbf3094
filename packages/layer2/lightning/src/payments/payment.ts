import type { RouteHint } from '@ply/invoice'
import type { FieldCodec, NodeId, ShortChannelId } from '@ply/wire'
import type { ChannelKey, PaymentHashHex, PeerId } from '../state.ts'
import { bytes, bytes32, hex, list, optional, stored, struct, text, u16, u32, u64, word } from '../store/fields.ts'

/** One HTLC of an attempt's route. */
export interface AttemptHop {
  readonly nodeId: PeerId
  readonly shortChannelId: bigint
  readonly edge: string
  readonly amountMsat: bigint
  readonly cltvDelta: number
}

/** One route that was tried: its onion can be made again from the session key to read the failure that comes back. */
export interface Attempt {
  readonly channel: ChannelKey
  readonly id: bigint
  readonly sessionKey: Uint8Array
  readonly hops: readonly AttemptHop[]
  readonly amountMsat: bigint
  readonly state: 'in-flight' | 'failed' | 'settled'
}

/** A payment that we make. `pending` while an attempt is in flight; the other states are final. */
export interface Payment {
  readonly paymentHash: PaymentHashHex
  readonly destination: PeerId
  readonly invoice: string | undefined
  readonly amountMsat: bigint
  readonly maxFeeMsat: bigint
  readonly maxAttempts: number
  readonly finalCltvDelta: number
  readonly paymentSecret: Uint8Array | undefined
  readonly metadata: Uint8Array | undefined
  /** Travels in the onion of a payment without an invoice. */
  readonly keysendPreimage: Uint8Array | undefined
  readonly routeHints: readonly (readonly RouteHint[])[]
  readonly createdAt: number
  readonly state: 'pending' | 'sent' | 'failed'
  readonly preimage: Uint8Array | undefined
  readonly failure: string | undefined
  readonly attempts: readonly Attempt[]
}

const hop = struct({ nodeId: hex(33), shortChannelId: u64, edge: text, amountMsat: u64, cltvDelta: u32 })

const attempt = struct({
  channel: hex(32),
  id: u64,
  sessionKey: bytes32,
  hops: list(hop),
  amountMsat: u64,
  state: word(['in-flight', 'failed', 'settled']),
})

const nodeIdField: FieldCodec<NodeId> = {
  read: (reader) => reader.bytes(33) as NodeId,
  write: (writer, value) => void writer.bytes(value),
}

const routeHint = struct({
  nodeId: nodeIdField,
  shortChannelId: u64 as FieldCodec<ShortChannelId>,
  feeBaseMsat: u32,
  feeProportionalMillionths: u32,
  cltvExpiryDelta: u16,
})

export const paymentCodec = stored<Payment>(
  struct({
    paymentHash: hex(32),
    destination: hex(33),
    invoice: optional(text),
    amountMsat: u64,
    maxFeeMsat: u64,
    maxAttempts: u16,
    finalCltvDelta: u32,
    paymentSecret: optional(bytes32),
    metadata: optional(bytes),
    keysendPreimage: optional(bytes32),
    routeHints: list(list(routeHint)),
    createdAt: u32,
    state: word(['pending', 'sent', 'failed']),
    preimage: optional(bytes32),
    failure: optional(text),
    attempts: list(attempt),
  }),
)
