import { DecodeError, decodeUtf8, type Result, tryDecode } from '@ply/bytes'
import { ecdsaRecover, ecdsaVerify, isLowS, isPublicKey } from '@ply/crypto'
import { checkFeatures, featureBits, type NodeId } from '@ply/wire'
import { decodeAmount } from './amount.ts'
import { readFallback, readRouteHints } from './fields.ts'
import {
  DEFAULT_EXPIRY,
  DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA,
  FIELD_TYPES,
  type Invoice,
  type InvoiceCurrency,
} from './invoice.ts'
import { invoiceSignatureHash, type RawInvoice, readRawInvoice, type TaggedField } from './rawInvoice.ts'
import { fieldBytes, readFeatureWords, readMinimalNumber } from './words.ts'

/** What an invoice may demand of its payer: everything else with an even bit fails the payment. */
const PAYABLE_FEATURES = featureBits({
  var_onion_optin: 'optional',
  payment_secret: 'optional',
  basic_mpp: 'optional',
  option_payment_metadata: 'optional',
})

const HASH_WORDS = 52
const KEY_WORDS = 53

function readHrp(hrp: string): { readonly currency: InvoiceCurrency; readonly amount: string } {
  const match = /^ln(bcrt|bc|tbs|tb)(|\d.*)$/.exec(hrp)
  if (!match) throw new DecodeError('unknown-prefix', `'${hrp}' is not the prefix of a Lightning invoice`)
  return { currency: match[1] as InvoiceCurrency, amount: match[2]! }
}

/** Takes the first field of a type with `length` words out of the list. */
class FieldList {
  readonly #fields: readonly TaggedField[]
  readonly #used = new Set<TaggedField>()

  constructor(fields: readonly TaggedField[]) {
    this.#fields = fields
  }

  all(type: number): readonly TaggedField[] {
    return this.#fields.filter((field) => field.type === type)
  }

  use(field: TaggedField): void {
    this.#used.add(field)
  }

  first(type: number, length?: number): Uint8Array | undefined {
    const found = this.#fields.find((f) => f.type === type && (length === undefined || f.words.length === length))
    if (found) this.#used.add(found)
    return found?.words
  }

  required(type: number, length: number): Uint8Array {
    const words = this.first(type, length)
    if (!words) throw new DecodeError('missing-field', `no field of type ${type} with ${length} words`)
    return fieldBytes(words)
  }

  unused(): TaggedField[] {
    return this.#fields.filter((field) => !this.#used.has(field))
  }
}

function readPayee(raw: RawInvoice, stated: Uint8Array | undefined): NodeId {
  const hash = invoiceSignatureHash(raw)
  if (stated) {
    if (!isPublicKey(stated)) throw new DecodeError('bad-public-key', 'the field n is no public key')
    if (!isLowS(raw.signature)) throw new DecodeError('high-s-signature')
    if (!ecdsaVerify(hash, raw.signature, stated)) throw new DecodeError('bad-signature')
    return stated as NodeId
  }
  const recovered = ecdsaRecover(hash, raw.signature, raw.recoveryId)
  if (!recovered) throw new DecodeError('bad-signature', 'no public key has made this signature')
  return recovered as NodeId
}

function readFields(raw: RawInvoice): Omit<Invoice, 'currency' | 'amountMsat'> {
  const fields = new FieldList(raw.fields)
  const paymentHash = fields.required(FIELD_TYPES.p, HASH_WORDS)
  const paymentSecret = fields.required(FIELD_TYPES.s, HASH_WORDS)
  const description = fields.first(FIELD_TYPES.d)
  const descriptionHash = fields.first(FIELD_TYPES.h, HASH_WORDS)
  if (description && descriptionHash) throw new DecodeError('two-descriptions', 'both d and h')
  if (!description && !descriptionHash) throw new DecodeError('missing-field', 'neither d nor h')

  const metadata = fields.first(FIELD_TYPES.m)
  const expiry = fields.first(FIELD_TYPES.x)
  const minFinalCltvExpiryDelta = fields.first(FIELD_TYPES.c)
  const featureWords = fields.first(FIELD_TYPES[9])
  const features = featureWords ? readFeatureWords(featureWords) : new Set<number>()
  const checked = checkFeatures(features, PAYABLE_FEATURES)
  if (!checked.ok) throw new DecodeError(checked.error.code, JSON.stringify(checked.error))

  const fallbacks = fields.all(FIELD_TYPES.f).flatMap((field) => {
    const fallback = readFallback(field.words)
    if (!fallback) return []
    fields.use(field)
    return [fallback]
  })
  const routeHints = fields.all(FIELD_TYPES.r).map((field) => {
    fields.use(field)
    return readRouteHints(field.words)
  })
  const stated = fields.first(FIELD_TYPES.n, KEY_WORDS)
  return {
    timestamp: raw.timestamp,
    paymentHash,
    paymentSecret,
    ...(description ? { description: readText(description) } : {}),
    ...(descriptionHash ? { descriptionHash: fieldBytes(descriptionHash) } : {}),
    ...(metadata ? { metadata: fieldBytes(metadata) } : {}),
    expiry: expiry ? readMinimalNumber(expiry) : DEFAULT_EXPIRY,
    minFinalCltvExpiryDelta: minFinalCltvExpiryDelta
      ? readMinimalNumber(minFinalCltvExpiryDelta)
      : DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA,
    fallbacks,
    routeHints,
    features,
    payee: readPayee(raw, stated && fieldBytes(stated)),
    payeeStated: stated !== undefined,
    signature: raw.signature,
    unknownFields: fields.unused(),
  }
}

function readText(words: Uint8Array): string {
  const text = decodeUtf8(fieldBytes(words))
  if (!text.ok) throw text.error
  return text.value
}

/**
 * Reads an invoice of any network (BOLT 11), with or without `lightning:` before it, and verifies its signature.
 * Violations: `bad-bech32`, `unknown-prefix`, `bad-amount`, `sub-millisatoshi-amount`, `amount-too-large`,
 * `end-of-data`, `missing-field`, `two-descriptions`, `non-minimal-field`, `bad-utf8`, `unknown-required-feature`,
 * `missing-feature-dependency`, `bad-public-key`, `bad-signature`, `high-s-signature`, `size-too-large`.
 * Fields that the format lets a reader pass over stay in `unknownFields`.
 */
export function decodeInvoice(text: string): Result<Invoice, DecodeError> {
  return tryDecode(() => {
    const raw = readRawInvoice(text.trim().replace(/^lightning:/i, ''))
    const { currency, amount } = readHrp(raw.hrp)
    if (amount === '') return { currency, ...readFields(raw) }
    const amountMsat = decodeAmount(amount)
    if (!amountMsat.ok) throw amountMsat.error
    return { currency, amountMsat: amountMsat.value, ...readFields(raw) }
  })
}
