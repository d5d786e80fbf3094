import { createRequire } from 'node:module'
import { isRecoveryId, nobleProvider, toSec1 } from '@ply/crypto'
import type { CryptoProvider } from '@ply/ports'
import type * as tinySecp256k1 from 'tiny-secp256k1'
import { nodeAead } from './nodeAead.ts'
import { nodeHashes } from './nodeHashes.ts'

type Tiny = typeof tinySecp256k1

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** The library throws on malformed operands and answers null at infinity; here both are undefined. */
function attempt<T>(operation: () => T | null): T | undefined {
  try {
    return operation() ?? undefined
  } catch {
    return undefined
  }
}

function create(tiny: Tiny): CryptoProvider {
  function pointMultiply(point: Uint8Array, scalar: Uint8Array): Uint8Array | undefined {
    const encoded = toSec1(point)
    if (!encoded || isZero(scalar)) return undefined
    return attempt(() => tiny.pointMultiply(encoded, scalar, true))
  }

  return {
    ...nodeHashes,
    ...nodeAead,
    name: 'tiny-secp256k1',

    ecdsaVerify(hash, signature, publicKey) {
      const encoded = toSec1(publicKey)
      if (!encoded || hash.length !== 32 || signature.length !== 64) return false
      return attempt(() => tiny.verify(hash, encoded, signature, false)) ?? false
    },
    ecdsaSign(hash, secretKey, extraEntropy) {
      if (extraEntropy && extraEntropy.length !== 32) return nobleProvider.ecdsaSign(hash, secretKey, extraEntropy)
      return attempt(() => tiny.sign(hash, secretKey, extraEntropy))
    },
    ecdsaSignRecoverable: (hash, secretKey) => attempt(() => tiny.signRecoverable(hash, secretKey)),
    ecdsaRecover(hash, signature, recoveryId, compressed = true) {
      if (!isRecoveryId(recoveryId)) return undefined
      return attempt(() => tiny.recover(hash, signature, recoveryId, compressed))
    },
    // The binding takes 32-byte messages only; BIP 340 takes any.
    schnorrVerify(message, signature, publicKey) {
      if (message.length !== 32) return nobleProvider.schnorrVerify(message, signature, publicKey)
      return attempt(() => tiny.verifySchnorr(message, publicKey, signature)) ?? false
    },
    schnorrSign(message, secretKey, auxRand) {
      if (message.length !== 32) return nobleProvider.schnorrSign(message, secretKey, auxRand)
      return attempt(() => tiny.signSchnorr(message, secretKey, auxRand))
    },

    publicKeyFromSecret: (secretKey, compressed = true) => attempt(() => tiny.pointFromScalar(secretKey, compressed)),
    isPublicKey(publicKey) {
      const encoded = toSec1(publicKey)
      return encoded !== undefined && tiny.isPoint(encoded)
    },
    pointAdd(a, b) {
      const [left, right] = [toSec1(a), toSec1(b)]
      return left && right && attempt(() => tiny.pointAdd(left, right, true))
    },
    pointMultiply,
    ecdh(secretKey, publicKey) {
      const shared = pointMultiply(publicKey, secretKey)
      return shared && nodeHashes.sha256(shared)
    },
    pointAddScalar(point, scalar) {
      const encoded = toSec1(point)
      return encoded && attempt(() => tiny.pointAddScalar(encoded, scalar, true))
    },
    xOnlyTweakAdd(publicKey, tweak) {
      const tweaked = attempt(() => tiny.xOnlyPointAddTweak(publicKey, tweak))
      return tweaked && { publicKey: tweaked.xOnlyPubkey, parity: tweaked.parity }
    },
  }
}

let loaded: CryptoProvider | undefined

/** libsecp256k1 compiled to WASM: ECDSA and BIP 340 on every platform. Loaded when first asked for. */
export function wasmProvider(): CryptoProvider {
  loaded ??= create(createRequire(import.meta.url)('tiny-secp256k1') as Tiny)
  return loaded
}
