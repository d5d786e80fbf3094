import type { Msats } from '@ply/primitives'
import type { Features, NodeId, ShortChannelId } from '@ply/wire'
import type { TaggedField } from './rawInvoice.ts'

/** BIP 173 prefix of the chain: mainnet, testnet, signet, regtest. */
export type InvoiceCurrency = 'bc' | 'tb' | 'tbs' | 'bcrt'

/** One channel of a way to the payee that gossip does not know (field `r`). */
export interface RouteHint {
  /** The node at the start of the channel. */
  readonly nodeId: NodeId
  readonly shortChannelId: ShortChannelId
  readonly feeBaseMsat: number
  readonly feeProportionalMillionths: number
  readonly cltvExpiryDelta: number
}

/** Where to pay on chain instead (field `f`): a witness program, or 17 for P2PKH and 18 for P2SH. */
export interface FallbackAddress {
  readonly version: number
  readonly program: Uint8Array
}

/** What a payee asks for. */
export interface InvoiceDetails {
  readonly currency: InvoiceCurrency
  /** Left out: the payer chooses. */
  readonly amountMsat?: Msats
  /** Seconds since the Unix epoch. */
  readonly timestamp: number
  readonly paymentHash: Uint8Array
  readonly paymentSecret: Uint8Array
  /** Either this or `descriptionHash`. */
  readonly description?: string
  readonly descriptionHash?: Uint8Array
  /** To be put into the onion as it is. */
  readonly metadata?: Uint8Array
  /** Seconds from `timestamp`. */
  readonly expiry: number
  readonly minFinalCltvExpiryDelta: number
  /** Most preferred first. */
  readonly fallbacks: readonly FallbackAddress[]
  readonly routeHints: readonly (readonly RouteHint[])[]
  readonly features: Features
}

/** A decoded invoice; its signature verified. */
export interface Invoice extends InvoiceDetails {
  /** From the field `n`, or recovered from the signature. */
  readonly payee: NodeId
  /** The payee's key stands in the invoice itself (field `n`). */
  readonly payeeStated: boolean
  readonly signature: Uint8Array
  /** Fields of unknown type, repeated or of the wrong length, in their order. */
  readonly unknownFields: readonly TaggedField[]
}

/** BOLT 11's values where the fields `x` and `c` are missing. */
export const DEFAULT_EXPIRY = 3600
export const DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA = 18

/** The 5-bit types of the fields. */
export const FIELD_TYPES = { p: 1, r: 3, 9: 5, x: 6, f: 9, d: 13, s: 16, n: 19, h: 23, c: 24, m: 27 } as const
