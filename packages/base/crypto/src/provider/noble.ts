import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as secp from '@noble/secp256k1'
import { bigintFromBytesBE, concatBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { isRecoveryId } from './recoveryId.ts'
import { toSec1 } from './sec1.ts'

secp.hashes.sha256 = sha256
secp.hashes.hmacSha256 = (key, message) => hmac(sha256, key, message)

/** Runs an operation of the library, which throws on bad operands, and answers undefined instead. */
function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch {
    return undefined
  }
}

function parsePoint(publicKey: Uint8Array): secp.Point | undefined {
  const encoded = toSec1(publicKey)
  return encoded && attempt(() => secp.Point.fromBytes(encoded).assertValidity())
}

/** A scalar in [0, n), or undefined. */
function parseScalar(bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== 32) return undefined
  const scalar = bigintFromBytesBE(bytes)
  return scalar < secp.Point.CURVE().n ? scalar : undefined
}

function encodePoint(point: secp.Point): Uint8Array | undefined {
  return point.is0() ? undefined : point.toBytes(true)
}

/** The portable provider: JavaScript alone, in every browser and every Node. */
export const nobleProvider: CryptoProvider = {
  name: 'noble',
  sha256: (data) => sha256(data),
  hash256: (data) => sha256(sha256(data)),
  aeadEncrypt: (key, nonce, plaintext, associatedData) =>
    chacha20poly1305(key, nonce, associatedData).encrypt(plaintext),
  aeadDecrypt: (key, nonce, ciphertext, associatedData) =>
    attempt(() => chacha20poly1305(key, nonce, associatedData).decrypt(ciphertext)),

  ecdsaVerify(hash, signature, publicKey) {
    const encoded = toSec1(publicKey)
    if (!encoded || hash.length !== 32 || signature.length !== 64) return false
    return attempt(() => secp.verify(signature, hash, encoded, { prehash: false, lowS: false })) ?? false
  },
  ecdsaSign(hash, secretKey, extraEntropy) {
    const options = { prehash: false, lowS: true, ...(extraEntropy && { extraEntropy }) }
    return attempt(() => secp.sign(hash, secretKey, options))
  },
  ecdsaSignRecoverable(hash, secretKey) {
    const signed = attempt(() => secp.sign(hash, secretKey, { prehash: false, lowS: true, format: 'recovered' }))
    return signed && { signature: signed.slice(1), recoveryId: signed[0]! }
  },
  ecdsaRecover(hash, signature, recoveryId, compressed = true) {
    if (hash.length !== 32 || signature.length !== 64 || !isRecoveryId(recoveryId)) return undefined
    const recoverable = concatBytes(Uint8Array.of(recoveryId), signature)
    return attempt(() => secp.recoverPublicKey(recoverable, hash, { prehash: false, isCompressed: compressed }))
  },
  schnorrVerify(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false
    return attempt(() => secp.schnorr.verify(signature, message, publicKey)) ?? false
  },
  schnorrSign: (message, secretKey, auxRand) => attempt(() => secp.schnorr.sign(message, secretKey, auxRand)),

  publicKeyFromSecret: (secretKey, compressed = true) => attempt(() => secp.getPublicKey(secretKey, compressed)),
  isPublicKey: (publicKey) => parsePoint(publicKey) !== undefined,
  pointAdd(a, b) {
    const [left, right] = [parsePoint(a), parsePoint(b)]
    return left && right && encodePoint(left.add(right))
  },
  pointMultiply(point, scalar) {
    const [parsed, factor] = [parsePoint(point), parseScalar(scalar)]
    return parsed && factor ? encodePoint(parsed.multiply(factor)) : undefined
  },
  ecdh(secretKey, publicKey) {
    const shared = nobleProvider.pointMultiply(publicKey, secretKey)
    return shared && sha256(shared)
  },
  pointAddScalar(point, scalar) {
    const [parsed, factor] = [parsePoint(point), parseScalar(scalar)]
    if (!parsed || factor === undefined) return undefined
    return encodePoint(factor === 0n ? parsed : parsed.add(secp.Point.BASE.multiply(factor)))
  },
  xOnlyTweakAdd(publicKey, tweak) {
    if (publicKey.length !== 32) return undefined
    const sum = nobleProvider.pointAddScalar(concatBytes(Uint8Array.of(2), publicKey), tweak)
    return sum && { publicKey: sum.slice(1), parity: sum[0] === 3 ? 1 : 0 }
  },
}
