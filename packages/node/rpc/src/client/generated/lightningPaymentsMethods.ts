// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput } from '../../json/value.ts'
import type { KeysendResult } from './shapes.ts'

export interface LightningPaymentsMethods {
  /** Says what is in an invoice. */
  readonly decode: {
    readonly params: [string: string]
    readonly named: { readonly string: string }
    readonly result: {
      readonly type: string
      readonly valid: boolean
      readonly currency: string
      readonly created_at: number
      readonly expiry: number
      readonly payee: string
      readonly amount_msat?: number
      readonly description?: string
      readonly description_hash?: string
      readonly min_final_cltv_expiry: number
      readonly payment_hash: string
      readonly payment_secret: string
      readonly payment_metadata?: string
      readonly features: string
      readonly fallbacks?: readonly { readonly addr?: string }[]
      readonly routes?: readonly (readonly {
        readonly pubkey: string
        readonly short_channel_id: string
        readonly fee_base_msat: number
        readonly fee_proportional_millionths: number
        readonly cltv_expiry_delta: number
      }[])[]
      readonly signature: string
    }
  }
  /** Pays a node without an invoice. */
  readonly keysend: {
    readonly params: [
      destination: string,
      amount_msat: JsonOutput,
      maxfeepercent?: JsonOutput | null,
      retry_for?: number | null,
    ]
    readonly named: {
      readonly destination: string
      readonly amount_msat: JsonOutput
      readonly maxfeepercent?: JsonOutput
      readonly retry_for?: number
    }
    readonly result: KeysendResult
  }
  /** Payments that this node made. */
  readonly listpays: {
    readonly params: [bolt11?: string | null, payment_hash?: string | null, status?: string | null]
    readonly named: { readonly bolt11?: string; readonly payment_hash?: string; readonly status?: string }
    readonly result: {
      readonly pays: readonly {
        readonly payment_hash: string
        readonly payment_preimage?: string
        readonly status: string
        readonly destination?: string
        readonly bolt11?: string
        readonly created_at: number
        readonly amount_msat: number
        readonly amount_sent_msat: number
        readonly attempts: number
        readonly failure?: string
      }[]
    }
  }
  /** Pays an invoice and answers when it is paid. */
  readonly pay: {
    readonly params: [
      bolt11: string,
      amount_msat?: JsonOutput | null,
      maxfeepercent?: JsonOutput | null,
      retry_for?: number | null,
    ]
    readonly named: {
      readonly bolt11: string
      readonly amount_msat?: JsonOutput
      readonly maxfeepercent?: JsonOutput
      readonly retry_for?: number
    }
    readonly result: KeysendResult
  }
}
