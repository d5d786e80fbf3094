import { bytesToWords, concatBytes, decodeBech32, DecodeError, encodeBech32, utf8ToBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { fieldBytes, readNumber, writeNumber } from './words.ts'

/** A tagged field as it stands in an invoice: its 5-bit type and its data in 5-bit words. */
export interface TaggedField {
  readonly type: number
  readonly words: Uint8Array
}

/** What is signed: everything but the signature. */
export interface UnsignedInvoice {
  /** `ln`, currency and amount. */
  readonly hrp: string
  /** Seconds since the Unix epoch, 35 bits. */
  readonly timestamp: number
  /** In order, known and unknown. */
  readonly fields: readonly TaggedField[]
}

export interface RawInvoice extends UnsignedInvoice {
  /** 64 bytes compact. */
  readonly signature: Uint8Array
  readonly recoveryId: number
}

const TIMESTAMP_WORDS = 7
const SIGNATURE_WORDS = 104
const MAX_FIELD_WORDS = 1023
/** No invoice that fits a payment is longer; it keeps parsing bounded. */
const MAX_INVOICE_LENGTH = 1 << 15

/** The form alone, without looking into the fields. Throws DecodeError (`bad-bech32`, `end-of-data`, `size-too-large`). */
export function readRawInvoice(text: string): RawInvoice {
  if (text.length > MAX_INVOICE_LENGTH) throw new DecodeError('size-too-large', `${text.length} characters`)
  const decoded = decodeBech32(text, false)
  if (!decoded.ok) throw decoded.error
  const { encoding, hrp, words } = decoded.value
  if (encoding !== 'bech32') throw new DecodeError('bad-bech32', 'an invoice has the checksum of bech32, not bech32m')
  const end = words.length - SIGNATURE_WORDS
  if (end < TIMESTAMP_WORDS) throw new DecodeError('end-of-data', 'too short for a timestamp and a signature')
  const fields: TaggedField[] = []
  for (let at = TIMESTAMP_WORDS; at < end;) {
    const start = at + 3
    if (start > end) throw new DecodeError('end-of-data', 'half a tagged field')
    const length = words[at + 1]! * 32 + words[at + 2]!
    if (start + length > end) throw new DecodeError('end-of-data', 'a tagged field is cut short')
    fields.push({ type: words[at]!, words: words.slice(start, start + length) })
    at = start + length
  }
  const signature = fieldBytes(words.subarray(end))
  return {
    hrp,
    timestamp: readNumber(words.subarray(0, TIMESTAMP_WORDS)),
    fields,
    signature: signature.slice(0, 64),
    recoveryId: signature[64]!,
  }
}

/** Timestamp and fields as words. Violation `size-too-large` for a field over 1023 words. */
function dataWords({ timestamp, fields }: UnsignedInvoice): Uint8Array {
  const parts = [writeNumber(timestamp, TIMESTAMP_WORDS)]
  for (const { type, words } of fields) {
    if (words.length > MAX_FIELD_WORDS) throw new DecodeError('size-too-large', `a field of ${words.length} words`)
    parts.push(Uint8Array.of(type, words.length >> 5, words.length & 31), words)
  }
  return concatBytes(...parts)
}

/** SHA256 over the human-readable part and the data, zero-padded to whole bytes. */
export function invoiceSignatureHash(invoice: UnsignedInvoice): Uint8Array {
  const words = dataWords(invoice)
  const padded = new Uint8Array(Math.ceil((words.length * 5) / 8))
  let bit = 0
  for (const word of words) {
    for (let i = 4; i >= 0; i--, bit++) if ((word >> i) & 1) padded[bit >> 3]! |= 0x80 >> (bit & 7)
  }
  return sha256(concatBytes(utf8ToBytes(invoice.hrp), padded))
}

export function writeRawInvoice(invoice: RawInvoice): string {
  const signature = bytesToWords(concatBytes(invoice.signature, Uint8Array.of(invoice.recoveryId)))
  const words = concatBytes(dataWords(invoice), signature)
  return encodeBech32({ encoding: 'bech32', hrp: invoice.hrp, words }, false)
}
