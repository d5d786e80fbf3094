import { type ByteReader, ByteWriter, DecodeError, decodeExact, err, ok, type Result } from '@ply/bytes'
import { decodeTransaction, encodeTransaction, type Transaction } from '@ply/primitives'
import { decodeBase64, encodeBase64 } from '../psbt/base64.ts'
import { decodePsbt, encodePsbt, type Psbt } from '../psbt/psbt.ts'

/** A BIP 322 signature in one of its formats. */
export type MessageSignature =
  | { readonly format: 'simple'; readonly witness: readonly Uint8Array[] }
  | { readonly format: 'full'; readonly toSign: Transaction }
  | { readonly format: 'full-pof'; readonly psbt: Psbt }

const PREFIXES = { simple: 'smp', full: 'ful', 'full-pof': 'pof' } as const

export const isPrefixed = (text: string): boolean => Object.values(PREFIXES).some((prefix) => text.startsWith(prefix))

function readWitnessStack(reader: ByteReader): Uint8Array[] {
  const count = reader.compactSize()
  const items: Uint8Array[] = []
  for (let i = 0; i < count; i++) items.push(reader.varBytes())
  return items
}

function encodePayload(signature: MessageSignature): Uint8Array {
  switch (signature.format) {
    case 'simple': {
      const writer = new ByteWriter().compactSize(signature.witness.length)
      for (const item of signature.witness) writer.varBytes(item)
      return writer.finish()
    }
    case 'full':
      return encodeTransaction(signature.toSign)
    case 'full-pof':
      return encodePsbt(signature.psbt)
  }
}

/** The format's prefix, then base64. */
export const encodeMessageSignature = (signature: MessageSignature): string =>
  PREFIXES[signature.format] + encodeBase64(encodePayload(signature))

/**
 * Reads a BIP 322 signature; without a prefix it is taken for the simple format. Violations: `signature-too-short`,
 * `bad-base64`, and those of the witness, transaction or PSBT inside.
 */
export function decodeMessageSignature(text: string): Result<MessageSignature, DecodeError> {
  if (text.length < 3) return err(new DecodeError('signature-too-short', 'a signature has a prefix of three letters'))
  const payload = decodeBase64(isPrefixed(text) ? text.slice(3) : text)
  if (!payload.ok) return payload
  if (text.startsWith(PREFIXES.full)) {
    const toSign = decodeTransaction(payload.value)
    return toSign.ok ? ok({ format: 'full', toSign: toSign.value }) : toSign
  }
  if (text.startsWith(PREFIXES['full-pof'])) {
    const psbt = decodePsbt(payload.value)
    return psbt.ok ? ok({ format: 'full-pof', psbt: psbt.value }) : psbt
  }
  const witness = decodeExact(payload.value, readWitnessStack)
  return witness.ok ? ok({ format: 'simple', witness: witness.value }) : witness
}
