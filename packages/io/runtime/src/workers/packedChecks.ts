/** One signature to verify: what `@ply/script` collects from scripts. */
export interface SignatureToVerify {
  readonly kind: 'ecdsa' | 'schnorr'
  /** The 32 bytes that were signed. */
  readonly hash: Uint8Array
  /** 64 bytes; for ECDSA compact, with s in either half. */
  readonly signature: Uint8Array
  /** 33 or 65 bytes for ECDSA, 32 for Schnorr. */
  readonly publicKey: Uint8Array
}

// Each signature takes one stride: the length of its key, hash, signature, key. A key of 32 bytes says Schnorr.
const HASH_AT = 1
const SIGNATURE_AT = HASH_AT + 32
const KEY_AT = SIGNATURE_AT + 64
const STRIDE = KEY_AT + 65

/** True for what fits the packed form. Consensus asks for nothing else. */
export function isPackable({ kind, hash, signature, publicKey }: SignatureToVerify): boolean {
  const keyFits = kind === 'schnorr' ? publicKey.length === 32 : publicKey.length === 33 || publicKey.length === 65
  return keyFits && hash.length === 32 && signature.length === 64
}

/** Signatures as one run of bytes that can change hands between threads. */
export function packChecks(checks: readonly SignatureToVerify[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(checks.length * STRIDE)
  let at = 0
  for (const { hash, signature, publicKey } of checks) {
    packed[at] = publicKey.length
    packed.set(hash, at + HASH_AT)
    packed.set(signature, at + SIGNATURE_AT)
    packed.set(publicKey, at + KEY_AT)
    at += STRIDE
  }
  return packed
}

/** The signatures as views into packed bytes. */
export function* unpackChecks(packed: Uint8Array): Generator<SignatureToVerify> {
  for (let at = 0; at < packed.length; at += STRIDE) {
    const keyLength = packed[at]!
    yield {
      kind: keyLength === 32 ? 'schnorr' : 'ecdsa',
      hash: packed.subarray(at + HASH_AT, at + SIGNATURE_AT),
      signature: packed.subarray(at + SIGNATURE_AT, at + KEY_AT),
      publicKey: packed.subarray(at + KEY_AT, at + KEY_AT + keyLength),
    }
  }
}
