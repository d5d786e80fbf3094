export {
  DEFAULT_EXPIRY,
  DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA,
  type FallbackAddress,
  type Invoice,
  type InvoiceCurrency,
  type InvoiceDetails,
  type RouteHint,
} from './invoice.ts'
export { decodeInvoice } from './decodeInvoice.ts'
export { encodeInvoice } from './encodeInvoice.ts'
export { checkPayable, matchesDescription, type PayableViolation } from './checkPayable.ts'
export { decodeAmount, encodeAmount } from './amount.ts'
export type { TaggedField } from './rawInvoice.ts'
