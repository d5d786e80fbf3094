import { concatBytes, utf8ToBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, publicKeyFromSecret, schnorrSign, sha256 } from '@ply/crypto'
import {
  computeLegacySighash,
  computeSegwitV0Sighash,
  computeTaprootSecretKey,
  computeTaprootSighash,
  type SighashCache,
  type TaprootSighashRequest,
} from '@ply/script'

/** A key pair of the differential run; all are known to everybody. */
export interface Key {
  readonly secret: Uint8Array
  /** 33 bytes. */
  readonly publicKey: Uint8Array
  /** 65 bytes. */
  readonly uncompressed: Uint8Array
}

function createKey(n: number): Key {
  const secret = sha256(utf8ToBytes(`differential key ${n}`))
  const publicKey = publicKeyFromSecret(secret)
  const uncompressed = publicKeyFromSecret(secret, false)
  if (!publicKey || !uncompressed) throw new Error('a hash is no secret key')
  return { secret, publicKey, uncompressed }
}

export const KEYS: readonly Key[] = Array.from({ length: 8 }, (_, n) => createKey(n))

export const xOnly = (key: Key): Uint8Array => key.publicKey.subarray(1)

/** Where a signature will stand. */
export interface SigningPlace {
  readonly cache: SighashCache
  readonly inputIndex: number
  /** For ECDSA; Schnorr signatures leave a zero out. */
  readonly hashType: number
}

function signHash(hash: Uint8Array, key: Key, hashType: number): Uint8Array {
  const signature = ecdsaSign(hash, key.secret)
  if (!signature) throw new Error('the key cannot sign')
  return concatBytes(encodeDer(signature), Uint8Array.of(hashType))
}

export function signLegacy(place: SigningPlace, scriptCode: Uint8Array, key: Key): Uint8Array {
  return signHash(computeLegacySighash(place.cache, { ...place, scriptCode }), key, place.hashType)
}

export function signSegwit(place: SigningPlace, scriptCode: Uint8Array, key: Key): Uint8Array {
  return signHash(computeSegwitV0Sighash(place.cache, { ...place, scriptCode }), key, place.hashType)
}

/** Undefined hash types are signed as if they were SIGHASH_DEFAULT: the verifier must refuse them before it hashes. */
function signTaproot(place: SigningPlace, secret: Uint8Array, request: Partial<TaprootSighashRequest>): Uint8Array {
  const { inputIndex, hashType } = place
  const hash =
    computeTaprootSighash(place.cache, { inputIndex, hashType, ...request }) ??
    computeTaprootSighash(place.cache, { inputIndex, hashType: 0, ...request })
  const signature = hash && schnorrSign(hash, secret, new Uint8Array(32))
  if (!signature) throw new Error('the key cannot sign')
  return hashType === 0 ? signature : concatBytes(signature, Uint8Array.of(hashType))
}

export function signKeyPath(
  place: SigningPlace,
  key: Key,
  more: { readonly merkleRoot: Uint8Array | undefined; readonly annexHash?: Uint8Array | undefined },
): Uint8Array {
  const secret = computeTaprootSecretKey(key.secret, more.merkleRoot)
  if (!secret) throw new Error('the key cannot be tweaked')
  return signTaproot(place, secret, { annexHash: more.annexHash })
}

export const signLeaf = (place: SigningPlace, key: Key, leafHash: Uint8Array): Uint8Array =>
  signTaproot(place, key.secret, { leafHash })
