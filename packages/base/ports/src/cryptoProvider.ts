/** A compact signature of 64 bytes and the id, 0 to 3, of the key among those that could have made it. */
export interface RecoverableSignature {
  readonly signature: Uint8Array
  readonly recoveryId: number
}

/**
 * The hot operations on hashes and on the curve secp256k1, by whoever does them fastest on this machine.
 * Every provider gives the same answers: one contract suite in @ply/crypto holds them to it.
 * Hashes are 32 bytes, secret keys and scalars 32 bytes big-endian, public keys 33 or 65 bytes (SEC 1),
 * x-only keys 32, signatures 64 bytes compact. Verification never throws: malformed input is false.
 * The other operations return undefined for an operand out of range or a point at infinity.
 */
export interface CryptoProvider {
  readonly name: string
  sha256(data: Uint8Array): Uint8Array
  /** SHA256 of SHA256. */
  hash256(data: Uint8Array): Uint8Array
  /** RFC 8439 ChaCha20-Poly1305: ciphertext with its 16-byte tag behind it; `key` is 32 bytes, `nonce` 12. */
  aeadEncrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array
  /** Opens what `aeadEncrypt` made; undefined where the tag does not match. */
  aeadDecrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    associatedData: Uint8Array,
  ): Uint8Array | undefined
  /** True for s in either half: low-S is a matter of policy, not of the curve. Hybrid keys (06, 07) are accepted. */
  ecdsaVerify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
  /** RFC 6979 nonce with optional extra entropy; always low-S. */
  ecdsaSign(hash: Uint8Array, secretKey: Uint8Array, extraEntropy?: Uint8Array): Uint8Array | undefined
  /** As `ecdsaSign` without extra entropy, and which of the candidate keys `ecdsaRecover` must choose. */
  ecdsaSignRecoverable(hash: Uint8Array, secretKey: Uint8Array): RecoverableSignature | undefined
  /** The public key that made the signature, s in either half; undefined for an id out of 0–3 or no such key. */
  ecdsaRecover(
    hash: Uint8Array,
    signature: Uint8Array,
    recoveryId: number,
    compressed?: boolean,
  ): Uint8Array | undefined
  /** BIP 340, message of any length. */
  schnorrVerify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
  /** BIP 340 with 32 bytes of auxiliary randomness. */
  schnorrSign(message: Uint8Array, secretKey: Uint8Array, auxRand: Uint8Array): Uint8Array | undefined
  publicKeyFromSecret(secretKey: Uint8Array, compressed?: boolean): Uint8Array | undefined
  /** True for a point on the curve, compressed or not; hybrid encodings are accepted. */
  isPublicKey(publicKey: Uint8Array): boolean
  pointAdd(a: Uint8Array, b: Uint8Array): Uint8Array | undefined
  pointMultiply(point: Uint8Array, scalar: Uint8Array): Uint8Array | undefined
  /** SHA256 of the compressed shared point (BOLT 4, BOLT 8). The scalar is a secret: constant time where it can be. */
  ecdh(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined
  /** point + scalar·G */
  pointAddScalar(point: Uint8Array, scalar: Uint8Array): Uint8Array | undefined
  /** BIP 341: even-y point of `publicKey` plus tweak·G. */
  xOnlyTweakAdd(
    publicKey: Uint8Array,
    tweak: Uint8Array,
  ): { readonly publicKey: Uint8Array; readonly parity: 0 | 1 } | undefined
}
