// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput } from '../../json/value.ts'
import type { ListinvoicesResultInvoices } from './shapes.ts'

export interface LightningInvoicesMethods {
  /** Asks for a payment. */
  readonly invoice: {
    readonly params: [
      amount_msat: JsonOutput,
      label: JsonOutput,
      description: string,
      expiry?: number | null,
      preimage?: string | null,
    ]
    readonly named: {
      readonly amount_msat: JsonOutput
      readonly label: JsonOutput
      readonly description: string
      readonly expiry?: number
      readonly preimage?: string
    }
    readonly result: { readonly payment_hash: string; readonly expires_at: number; readonly bolt11: string }
  }
  /** Invoices of this node. */
  readonly listinvoices: {
    readonly params: [label?: JsonOutput | null, invstring?: string | null, payment_hash?: string | null]
    readonly named: { readonly label?: JsonOutput; readonly invstring?: string; readonly payment_hash?: string }
    readonly result: { readonly invoices: readonly ListinvoicesResultInvoices[] }
  }
  /** Answers when the invoice is paid. */
  readonly waitinvoice: {
    readonly params: [label: JsonOutput]
    readonly named: { readonly label: JsonOutput }
    readonly result: ListinvoicesResultInvoices
  }
}
