import { ecdsaVerify, schnorrVerify } from '@ply/crypto'

/** One signature to verify, free of all context: a worker needs nothing else. */
export interface SignatureCheck {
  readonly kind: 'ecdsa' | 'schnorr'
  /** The 32 bytes that were signed. */
  readonly hash: Uint8Array
  /** 64 bytes; for ECDSA compact, with s in either half. */
  readonly signature: Uint8Array
  /** 33 or 65 bytes for ECDSA (hybrid keys included), 32 for Schnorr. */
  readonly publicKey: Uint8Array
}

/** True if the signature is good. */
export function verifySignatureCheck({ kind, hash, signature, publicKey }: SignatureCheck): boolean {
  return kind === 'ecdsa' ? ecdsaVerify(hash, signature, publicKey) : schnorrVerify(hash, signature, publicKey)
}
