import { createRequire } from 'node:module'
import { isRecoveryId, toSec1 } from '@ply/crypto'
import type { CryptoProvider } from '@ply/ports'
import { nodeAead } from './nodeAead.ts'
import { nodeHashes } from './nodeHashes.ts'
import { verifySchnorrByRecovery } from './schnorrByRecovery.ts'
import { wasmProvider } from './wasmProvider.ts'

/** The part of the package `secp256k1` that is used here. Everything throws on bad operands. */
interface Secp256k1 {
  publicKeyVerify(publicKey: Uint8Array): boolean
  publicKeyCreate(secretKey: Uint8Array, compressed: boolean): Uint8Array
  publicKeyCombine(publicKeys: Uint8Array[]): Uint8Array
  publicKeyTweakAdd(publicKey: Uint8Array, tweak: Uint8Array): Uint8Array
  publicKeyTweakMul(publicKey: Uint8Array, tweak: Uint8Array): Uint8Array
  signatureNormalize(signature: Uint8Array): Uint8Array
  ecdsaSign(
    hash: Uint8Array,
    secretKey: Uint8Array,
    options: { data?: Uint8Array },
  ): { signature: Uint8Array; recid: number }
  ecdsaVerify(signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array): boolean
  ecdsaRecover(signature: Uint8Array, recoveryId: number, hash: Uint8Array, compressed: boolean): Uint8Array
  /** SHA256 of the compressed shared point. */
  ecdh(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array
}

function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch {
    return undefined
  }
}

/**
 * RFC 6979 reduces the hash by the group order before it derives the nonce; this build of the library does not. True
 * for every hash that the reduction could change, and a few that it could not.
 */
const mayExceedOrder = (hash: Uint8Array): boolean =>
  hash[0] === 0xff && hash[1] === 0xff && hash[2] === 0xff && hash[3] === 0xff

function create(secp: Secp256k1): CryptoProvider {
  const provider: CryptoProvider = {
    ...nodeHashes,
    ...nodeAead,
    name: 'secp256k1-native',

    ecdsaVerify(hash, signature, publicKey) {
      const encoded = toSec1(publicKey)
      if (!encoded || hash.length !== 32 || signature.length !== 64) return false
      // The library verifies low s alone; consensus takes both halves. What is surely low is as the library wants it.
      const isLow = signature[32]! < 0x7f
      try {
        return secp.ecdsaVerify(isLow ? signature : secp.signatureNormalize(signature.slice()), hash, encoded)
      } catch {
        return false
      }
    },
    ecdsaSign(hash, secretKey, extraEntropy) {
      if (mayExceedOrder(hash) || (extraEntropy && extraEntropy.length !== 32)) {
        return wasmProvider().ecdsaSign(hash, secretKey, extraEntropy)
      }
      return attempt(() => secp.ecdsaSign(hash, secretKey, extraEntropy ? { data: extraEntropy } : {}).signature)
    },
    ecdsaSignRecoverable(hash, secretKey) {
      if (mayExceedOrder(hash)) return wasmProvider().ecdsaSignRecoverable(hash, secretKey)
      const signed = attempt(() => secp.ecdsaSign(hash, secretKey, {}))
      return signed && { signature: signed.signature, recoveryId: signed.recid }
    },
    ecdsaRecover(hash, signature, recoveryId, compressed = true) {
      if (!isRecoveryId(recoveryId)) return undefined
      return attempt(() => secp.ecdsaRecover(signature, recoveryId, hash, compressed))
    },
    schnorrVerify(message, signature, publicKey) {
      if (signature.length !== 64 || publicKey.length !== 32) return false
      const recover = (compact: Uint8Array, hash: Uint8Array): Uint8Array | undefined =>
        attempt(() => secp.ecdsaRecover(compact, 0, hash, true))
      const verdict = verifySchnorrByRecovery({ message, signature, publicKey }, recover)
      return verdict ?? wasmProvider().schnorrVerify(message, signature, publicKey)
    },
    schnorrSign: (message, secretKey, auxRand) => wasmProvider().schnorrSign(message, secretKey, auxRand),

    publicKeyFromSecret: (secretKey, compressed = true) => attempt(() => secp.publicKeyCreate(secretKey, compressed)),
    isPublicKey(publicKey) {
      const encoded = toSec1(publicKey)
      return encoded !== undefined && secp.publicKeyVerify(encoded)
    },
    pointAdd(a, b) {
      const [left, right] = [toSec1(a), toSec1(b)]
      return left && right && attempt(() => secp.publicKeyCombine([left, right]))
    },
    pointMultiply(point, scalar) {
      const encoded = toSec1(point)
      return encoded && attempt(() => secp.publicKeyTweakMul(encoded, scalar))
    },
    ecdh(secretKey, publicKey) {
      const encoded = toSec1(publicKey)
      return encoded && attempt(() => secp.ecdh(encoded, secretKey))
    },
    pointAddScalar(point, scalar) {
      const encoded = toSec1(point)
      return encoded && attempt(() => secp.publicKeyTweakAdd(encoded, scalar))
    },
    xOnlyTweakAdd(publicKey, tweak) {
      if (publicKey.length !== 32) return undefined
      const even = new Uint8Array(33)
      even[0] = 2
      even.set(publicKey, 1)
      const sum = provider.pointAddScalar(even, tweak)
      return sum && { publicKey: sum.slice(1), parity: sum[0] === 3 ? 1 : 0 }
    },
  }
  return provider
}

let loaded: CryptoProvider | undefined

/**
 * libsecp256k1 compiled for this machine, or undefined where the package has no binary for it. Its main entry would
 * fall back to slow JavaScript in silence; the entry asked for here fails instead.
 */
export function nativeProvider(): CryptoProvider | undefined {
  loaded ??= attempt(() => create(createRequire(import.meta.url)('secp256k1/bindings.js') as Secp256k1))
  return loaded
}
