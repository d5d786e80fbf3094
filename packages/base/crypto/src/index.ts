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
export { toSec1 } from './provider/sec1.ts'
