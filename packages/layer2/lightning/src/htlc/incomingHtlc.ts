import type { ChannelKey } from '../state.ts'
import { bytes, bytes32, hex, optional, stored, struct, u16, u32, u64, union } from '../store/fields.ts'

/** What became, or is to become, of an HTLC that a peer offered. */
export type Disposition =
  /** We offered it on; its outcome there decides. */
  | {
      readonly type: 'forwarded'
      readonly channel: ChannelKey
      readonly id: bigint
      readonly amountMsat: bigint
      readonly cltvExpiry: number
    }
  /** A part of a payment to us whose other parts are missing. */
  | { readonly type: 'held'; readonly totalMsat: bigint; readonly receivedAt: number }
  | { readonly type: 'fulfilled'; readonly preimage: Uint8Array }
  /** With the encrypted failure packet for the payer. */
  | { readonly type: 'failed'; readonly reason: Uint8Array }
  | { readonly type: 'malformed'; readonly sha256OfOnion: Uint8Array; readonly failureCode: number }

/** An irrevocably committed HTLC of a peer; kept until it is in no commitment any more. */
export interface IncomingHtlc {
  readonly channel: ChannelKey
  readonly id: bigint
  readonly paymentHash: Uint8Array
  readonly amountMsat: bigint
  readonly cltvExpiry: number
  /** Of its onion; undefined where the onion could not be peeled. */
  readonly sharedSecret: Uint8Array | undefined
  readonly disposition: Disposition
}

const disposition = union<Disposition>([
  ['forwarded', struct({ channel: hex(32), id: u64, amountMsat: u64, cltvExpiry: u32 })],
  ['held', struct({ totalMsat: u64, receivedAt: u32 })],
  ['fulfilled', struct({ preimage: bytes32 })],
  ['failed', struct({ reason: bytes })],
  ['malformed', struct({ sha256OfOnion: bytes32, failureCode: u16 })],
] as never)

const record = struct({
  channel: hex(32),
  id: u64,
  paymentHash: bytes32,
  amountMsat: u64,
  cltvExpiry: u32,
  sharedSecret: optional(bytes32),
  disposition,
})

export const incomingHtlcCodec = stored<IncomingHtlc>(record)

/** A map key for one HTLC of one channel. */
export const htlcKey = (channel: ChannelKey, id: bigint): string => `${channel}:${id}`
