import { assert, concatBytes } from '@ply/bytes'
import { encodeDer, hash160, schnorrSign } from '@ply/crypto'
import {
  computeLegacySighash,
  computeSegwitV0Sighash,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createP2pkh,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  type SighashCache,
} from '@ply/script'
import { signEcdsaLowR } from './ecdsaLowR.ts'

/** An input to sign, with its key. */
export interface SignRequest {
  readonly cache: SighashCache
  readonly inputIndex: number
  readonly secretKey: Uint8Array
  /** That of the secret key, in compressed form, where it is known already. */
  readonly publicKey?: Uint8Array
}

/** ECDSA over a script before segwit: DER with the sighash byte behind it. */
export function signLegacy(
  { cache, inputIndex, secretKey }: SignRequest,
  scriptCode: Uint8Array,
  hashType: number = SIGHASH_ALL,
): Uint8Array {
  const hash = computeLegacySighash(cache, { inputIndex, scriptCode, hashType })
  return concatBytes(encodeDer(signEcdsaLowR(hash, secretKey)), Uint8Array.of(hashType))
}

/** ECDSA over a witness version 0 script (BIP 143): DER with the sighash byte behind it. */
export function signSegwitV0(
  { cache, inputIndex, secretKey }: SignRequest,
  scriptCode: Uint8Array,
  hashType: number = SIGHASH_ALL,
): Uint8Array {
  const hash = computeSegwitV0Sighash(cache, { inputIndex, scriptCode, hashType })
  return concatBytes(encodeDer(signEcdsaLowR(hash, secretKey)), Uint8Array.of(hashType))
}

/** BIP 143: the script that a P2WPKH input signs. */
export const p2wpkhScriptCode = (publicKey: Uint8Array): Uint8Array => createP2pkh(hash160(publicKey))

/** Witness of a P2WPKH input: signature and key. */
export function signP2wpkh(request: SignRequest, publicKey: Uint8Array, hashType?: number): readonly Uint8Array[] {
  return [signSegwitV0(request, p2wpkhScriptCode(publicKey), hashType), publicKey]
}

/**
 * Schnorr signature of a taproot key path spend (BIP 341), with the sighash byte unless it is the default. `secretKey`
 * is the internal key. Undefined for a sighash type that cannot be signed here.
 */
export function signTaprootKeyPath(
  { cache, inputIndex, secretKey, publicKey }: SignRequest,
  {
    auxRand,
    hashType = SIGHASH_DEFAULT,
    merkleRoot,
  }: { readonly auxRand: Uint8Array; readonly hashType?: number; readonly merkleRoot?: Uint8Array | undefined },
): Uint8Array | undefined {
  const outputSecret = computeTaprootSecretKey(secretKey, merkleRoot, publicKey)
  assert(outputSecret !== undefined, 'secret key out of range')
  return signTaprootOutputKey({ cache, inputIndex, secretKey: outputSecret }, { auxRand, hashType })
}

/** As {@link signTaprootKeyPath}; `secretKey` is that of the output key itself. */
export function signTaprootOutputKey(
  { cache, inputIndex, secretKey }: SignRequest,
  { auxRand, hashType = SIGHASH_DEFAULT }: { readonly auxRand: Uint8Array; readonly hashType?: number },
): Uint8Array | undefined {
  const hash = computeTaprootSighash(cache, { inputIndex, hashType })
  if (!hash) return undefined
  const signature = schnorrSign(hash, secretKey, auxRand)
  assert(signature !== undefined, 'secret key out of range')
  return hashType === SIGHASH_DEFAULT ? signature : concatBytes(signature, Uint8Array.of(hashType))
}

/**
 * Schnorr signature for a tapscript (BIP 342), with the sighash byte unless it is the default. Undefined for a sighash
 * type that cannot be signed here.
 */
export function signTaprootScriptPath(
  { cache, inputIndex, secretKey }: SignRequest,
  {
    auxRand,
    hashType = SIGHASH_DEFAULT,
    leafHash,
  }: { readonly auxRand: Uint8Array; readonly hashType?: number; readonly leafHash: Uint8Array },
): Uint8Array | undefined {
  const hash = computeTaprootSighash(cache, { inputIndex, hashType, leafHash })
  if (!hash) return undefined
  const signature = schnorrSign(hash, secretKey, auxRand)
  assert(signature !== undefined, 'secret key out of range')
  return hashType === SIGHASH_DEFAULT ? signature : concatBytes(signature, Uint8Array.of(hashType))
}
