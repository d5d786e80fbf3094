import { assert, equalBytes } from '@ply/bytes'
import { decodeDerLax } from '@ply/crypto'
import type { ScriptErrorCode } from '../interpreter/scriptError.ts'
import { isPublicKeySize } from '../interpreter/signatureEncoding.ts'
import { computeLegacySighash } from '../sighash/legacySighash.ts'
import { computeSegwitV0Sighash } from '../sighash/segwitV0Sighash.ts'
import type { SighashCache } from '../sighash/sighashCache.ts'
import { SIGHASH_DEFAULT } from '../sighash/sighashType.ts'
import { computeTaprootSighash } from '../sighash/taprootSighash.ts'
import { isLockTimeSatisfied, isSequenceSatisfied } from './lockTime.ts'
import { type SignatureCheck, verifySignatureCheck } from './signatureCheck.ts'
import type { EcdsaCheck, SignatureChecker, TaprootContext } from './signatureChecker.ts'

/** Answers for one well-formed signature: verifies it, looks it up in a cache, or notes it for later. */
export type VerifySignature = (check: SignatureCheck, deferrable: boolean) => boolean

/** Checks the scripts of one input of one transaction. */
export class TransactionChecker implements SignatureChecker {
  readonly #cache: SighashCache
  readonly #inputIndex: number
  readonly #verify: VerifySignature
  /** Last ECDSA hash for each hash type: a multisig of 20 keys hashes the transaction once. */
  readonly #hashes = new Map<number, Pick<EcdsaCheck, 'scriptCode' | 'sigVersion'> & { readonly hash: Uint8Array }>()

  /** `verify` is where a caller hooks in a signature cache or a collector; by default it verifies at once. */
  constructor(cache: SighashCache, inputIndex: number, verify: VerifySignature = verifySignatureCheck) {
    assert(inputIndex < cache.tx.inputs.length, 'input index out of range')
    this.#cache = cache
    this.#inputIndex = inputIndex
    this.#verify = verify
  }

  #ecdsaHash({ scriptCode, sigVersion }: EcdsaCheck, hashType: number): Uint8Array {
    const known = this.#hashes.get(hashType)
    if (known?.sigVersion === sigVersion && equalBytes(known.scriptCode, scriptCode)) return known.hash
    const request = { inputIndex: this.#inputIndex, scriptCode, hashType }
    const hash =
      sigVersion === 'witness_v0'
        ? computeSegwitV0Sighash(this.#cache, request)
        : computeLegacySighash(this.#cache, request)
    this.#hashes.set(hashType, { scriptCode, sigVersion, hash })
    return hash
  }

  checkEcdsa(check: EcdsaCheck): boolean {
    const { signature, publicKey, deferrable } = check
    if (signature.length === 0 || !isPublicKeySize(publicKey)) return false
    const compact = decodeDerLax(signature.subarray(0, -1))
    if (!compact) return false
    const hash = this.#ecdsaHash(check, signature[signature.length - 1]!)
    return this.#verify({ kind: 'ecdsa', hash, signature: compact, publicKey }, deferrable)
  }

  checkSchnorr(signature: Uint8Array, publicKey: Uint8Array, context: TaprootContext): ScriptErrorCode | undefined {
    if (signature.length !== 64 && signature.length !== 65) return 'SCHNORR_SIG_SIZE'
    const hashType = signature[64] ?? SIGHASH_DEFAULT
    // A sixty-fifth byte that says what its absence says would make signatures malleable.
    if (signature.length === 65 && hashType === SIGHASH_DEFAULT) return 'SCHNORR_SIG_HASHTYPE'
    const hash = computeTaprootSighash(this.#cache, { inputIndex: this.#inputIndex, hashType, ...context })
    if (!hash) return 'SCHNORR_SIG_HASHTYPE'
    const compact = signature.length === 64 ? signature : signature.subarray(0, 64)
    const check: SignatureCheck = { kind: 'schnorr', hash, signature: compact, publicKey }
    return this.#verify(check, true) ? undefined : 'SCHNORR_SIG'
  }

  checkLockTime(lockTime: number): boolean {
    return isLockTimeSatisfied(this.#cache.tx, this.#inputIndex, lockTime)
  }

  checkSequence(sequence: number): boolean {
    return isSequenceSatisfied(this.#cache.tx, this.#inputIndex, sequence)
  }
}
