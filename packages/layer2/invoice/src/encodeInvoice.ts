import { bytesToWords, DecodeError, type Result, tryDecode, utf8ToBytes } from '@ply/bytes'
import { ecdsaSignRecoverable, publicKeyFromSecret } from '@ply/crypto'
import { encodeAmount } from './amount.ts'
import { writeFallback, writeRouteHints } from './fields.ts'
import { DEFAULT_EXPIRY, FIELD_TYPES, type InvoiceDetails } from './invoice.ts'
import { invoiceSignatureHash, type TaggedField, type UnsignedInvoice, writeRawInvoice } from './rawInvoice.ts'
import { writeFeatureWords, writeNumber } from './words.ts'

const MAX_TIMESTAMP = 2 ** 35

function writeFields(details: InvoiceDetails, payee: Uint8Array | undefined): TaggedField[] {
  const fields: TaggedField[] = []
  const add = (type: number, words: Uint8Array): void => void fields.push({ type, words })
  add(FIELD_TYPES.s, bytesToWords(details.paymentSecret))
  add(FIELD_TYPES.p, bytesToWords(details.paymentHash))
  if (details.description !== undefined) add(FIELD_TYPES.d, bytesToWords(utf8ToBytes(details.description)))
  if (details.descriptionHash) add(FIELD_TYPES.h, bytesToWords(details.descriptionHash))
  if (details.metadata) add(FIELD_TYPES.m, bytesToWords(details.metadata))
  if (payee) add(FIELD_TYPES.n, bytesToWords(payee))
  if (details.expiry !== DEFAULT_EXPIRY) add(FIELD_TYPES.x, writeNumber(details.expiry))
  add(FIELD_TYPES.c, writeNumber(details.minFinalCltvExpiryDelta))
  for (const fallback of details.fallbacks) add(FIELD_TYPES.f, writeFallback(fallback))
  for (const hints of details.routeHints) add(FIELD_TYPES.r, writeRouteHints(hints))
  if (details.features.size > 0) add(FIELD_TYPES[9], writeFeatureWords(details.features))
  return fields
}

/**
 * Writes and signs an invoice with the node's secret key. `statePayee` puts the public key into it (field `n`).
 * Violations: `one-description-needed`, `bad-amount` (not positive), `bad-timestamp`, and `size-too-large` for a
 * description of over 639 bytes, which then has to be hashed.
 */
export function encodeInvoice(
  details: InvoiceDetails,
  secretKey: Uint8Array,
  { statePayee = false }: { readonly statePayee?: boolean } = {},
): Result<string, DecodeError> {
  return tryDecode(() => {
    if ((details.description === undefined) === (details.descriptionHash === undefined)) {
      throw new DecodeError('one-description-needed', 'exactly one of description and descriptionHash')
    }
    const { amountMsat, timestamp } = details
    if (amountMsat !== undefined && amountMsat <= 0n) throw new DecodeError('bad-amount', 'an amount is positive')
    if (timestamp < 0 || timestamp >= MAX_TIMESTAMP) throw new DecodeError('bad-timestamp')
    const unsigned: UnsignedInvoice = {
      hrp: `ln${details.currency}${amountMsat === undefined ? '' : encodeAmount(amountMsat)}`,
      timestamp,
      fields: writeFields(details, statePayee ? publicKeyFromSecret(secretKey) : undefined),
    }
    const signed = ecdsaSignRecoverable(invoiceSignatureHash(unsigned), secretKey)
    if (!signed) throw new DecodeError('bad-secret-key')
    return writeRawInvoice({ ...unsigned, ...signed })
  })
}
