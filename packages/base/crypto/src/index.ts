export {
  createSha256,
  hash160,
  hash256,
  hkdfSha256,
  hmacSha256,
  hmacSha512,
  ripemd160,
  sha1,
  sha256,
  sha3,
  sha512,
  taggedHash,
} from './hash.ts'
export { decodeDerLax, ecdsaRecover, ecdsaSign, ecdsaSignRecoverable, ecdsaVerify, encodeDer, isLowS } from './ecdsa.ts'
export { schnorrSign, schnorrVerify } from './schnorr.ts'
export {
  CURVE_ORDER,
  ecdh,
  isPublicKey,
  isSecretKey,
  pointAdd,
  pointAddScalar,
  pointMultiply,
  publicKeyFromSecret,
  secretKeyAdd,
  secretKeyMultiply,
  secretKeyNegate,
  xOnlyTweakAdd,
} from './keys.ts'
export { uncompressPublicKey } from './uncompress.ts'
export {
  applyTweak as musigApplyTweak,
  keyAggAndTweak as musigKeyAggAndTweak,
  type MusigTweak,
} from './musig2/applyTweak.ts'
export {
  deterministicSign as musigDeterministicSign,
  type DeterministicSignature,
  type DeterministicSignRequest,
} from './musig2/deterministicSign.ts'
export {
  getPlainPubkey as musigPlainPubkey,
  getXonlyPubkey as musigXonlyPubkey,
  keyAgg as musigKeyAgg,
  type KeyAggContext,
} from './musig2/keyAgg.ts'
export { keySort as musigKeySort } from './musig2/keySort.ts'
export { nonceAgg as musigNonceAgg } from './musig2/nonceAgg.ts'
export { nonceGen as musigNonceGen, type MusigNonce, type NonceGenRequest } from './musig2/nonceGen.ts'
export { partialSigAgg as musigPartialSigAgg } from './musig2/partialSigAgg.ts'
export { partialSigVerify as musigPartialSigVerify, type PartialSigVerifyRequest } from './musig2/partialSigVerify.ts'
export type { SecretNonce } from './musig2/secretNonce.ts'
export type { SessionContext } from './musig2/sessionContext.ts'
export { sign as musigSign } from './musig2/sign.ts'
export type { MusigContribution, MusigViolation } from './musig2/violation.ts'
export {
  createSipHashKey,
  MAX_SIPHASH_RANGE,
  sipHash24,
  sipHash48,
  type SipHashKey,
  sipHashToRange,
} from './sipHash.ts'
export { FsChacha20, FsChacha20Poly1305 } from './fsChacha20.ts'
export {
  bip324Ecdh,
  ELLSWIFT_LENGTH,
  ellswiftCreate,
  ellswiftDecode,
  ellswiftEcdhX,
  ellswiftEncode,
  type EllswiftKey,
} from './ellswift/ellswift.ts'
export { aeadDecrypt, aeadEncrypt, chacha20Stream } from './chacha20.ts'
export { decodeBase58Check, encodeBase58Check } from './base58check.ts'
export {
  ExtendedKey,
  HARDENED,
  MAINNET_VERSIONS,
  parseDerivationPath,
  TESTNET_VERSIONS,
  type ExtendedKeyVersions,
} from './bip32.ts'
export { entropyToMnemonic, isMnemonic, mnemonicToSeed } from './bip39.ts'
export { activeProvider, installProvider } from './provider/active.ts'
export { nobleProvider } from './provider/noble.ts'
export { selfTestProvider } from './provider/selfTest.ts'
export { isRecoveryId } from './provider/recoveryId.ts'
export { toSec1 } from './provider/sec1.ts'
