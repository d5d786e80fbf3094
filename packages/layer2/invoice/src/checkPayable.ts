import { equalBytes, err, ok, type Result, utf8ToBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { FIELD_TYPES, type Invoice, type InvoiceCurrency } from './invoice.ts'

export type PayableViolation = 'wrong-network' | 'invoice-expired' | 'wrong-field-length'

const FIXED_LENGTHS: ReadonlyMap<number, number> = new Map([
  [FIELD_TYPES.p, 52],
  [FIELD_TYPES.h, 52],
  [FIELD_TYPES.s, 52],
  [FIELD_TYPES.n, 53],
])

/**
 * What a payer checks beyond decoding (BOLT 11): the chain is ours, the invoice has not expired at `now` (seconds), and
 * no field of fixed length has another. The last rule fails a payment but not the decoding: one of BOLT 11's own
 * examples has such fields and is to be read.
 */
export function checkPayable(
  invoice: Invoice,
  { currency, now }: { readonly currency: InvoiceCurrency; readonly now: number },
): Result<void, PayableViolation> {
  if (invoice.currency !== currency) return err('wrong-network')
  if (now > invoice.timestamp + invoice.expiry) return err('invoice-expired')
  const wrong = invoice.unknownFields.some(({ type, words }) => {
    const length = FIXED_LENGTHS.get(type)
    return length !== undefined && length !== words.length
  })
  return wrong ? err('wrong-field-length') : ok(undefined)
}

/** True if `description` is what the invoice says or commits to. */
export function matchesDescription(invoice: Invoice, description: string): boolean {
  if (invoice.descriptionHash) return equalBytes(invoice.descriptionHash, sha256(utf8ToBytes(description)))
  return invoice.description === description
}
