import { equalBytes } from '@ply/bytes'
import {
  type EcdsaCheck,
  MANDATORY_SCRIPT_VERIFY_FLAGS,
  NO_CODE_SEPARATOR,
  SCRIPT_VERIFY_CLEANSTACK,
  SCRIPT_VERIFY_CONST_SCRIPTCODE,
  SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION,
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM,
  SCRIPT_VERIFY_LOW_S,
  SCRIPT_VERIFY_MINIMALDATA,
  SCRIPT_VERIFY_MINIMALIF,
  SCRIPT_VERIFY_NULLFAIL,
  SCRIPT_VERIFY_STRICTENC,
  type ScriptErrorCode,
  SIGHASH_ALL,
  type SighashCache,
  type SignatureChecker,
  type TaprootContext,
  TransactionChecker,
} from '@ply/script'

/** BIP 322, required rules: to break one makes a signature invalid. */
export const REQUIRED_FLAGS =
  MANDATORY_SCRIPT_VERIFY_FLAGS |
  SCRIPT_VERIFY_CONST_SCRIPTCODE |
  SCRIPT_VERIFY_LOW_S |
  SCRIPT_VERIFY_STRICTENC |
  SCRIPT_VERIFY_NULLFAIL |
  SCRIPT_VERIFY_MINIMALDATA |
  SCRIPT_VERIFY_CLEANSTACK |
  SCRIPT_VERIFY_MINIMALIF

/**
 * BIP 322, upgradeable rules: to break one makes a signature inconclusive. Taproot's own upgrade hooks stand with those
 * that the BIP names, since whatever meets them satisfies nothing yet.
 */
export const UPGRADEABLE_FLAGS =
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS |
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM |
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION |
  SCRIPT_VERIFY_DISCOURAGE_OP_SUCCESS |
  SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE

/** Holds signatures to what no verify flag says: all of the transaction is signed, and all of the script. */
export class MessageSignatureChecker implements SignatureChecker {
  readonly #inner: TransactionChecker
  readonly #witness: readonly Uint8Array[]

  constructor(cache: SighashCache, inputIndex: number) {
    this.#inner = new TransactionChecker(cache, inputIndex)
    this.#witness = cache.tx.inputs[inputIndex]!.witness
  }

  /** True if a CODESEPARATOR has cut the front off the witness script. Before segwit a flag sees to it. */
  #isCut({ scriptCode, sigVersion }: EcdsaCheck): boolean {
    const script = this.#witness.at(-1)
    if (sigVersion !== 'witness_v0' || !script || scriptCode.length >= script.length) return false
    return equalBytes(script.subarray(script.length - scriptCode.length), scriptCode)
  }

  checkEcdsa(check: EcdsaCheck): boolean {
    if (check.signature.at(-1) !== SIGHASH_ALL || this.#isCut(check)) return false
    return this.#inner.checkEcdsa(check)
  }

  checkSchnorr(signature: Uint8Array, publicKey: Uint8Array, context: TaprootContext): ScriptErrorCode | undefined {
    if (context.codeSeparatorPosition !== NO_CODE_SEPARATOR) return 'OP_CODESEPARATOR'
    if (signature.length === 65 && signature[64] !== SIGHASH_ALL) return 'SCHNORR_SIG_HASHTYPE'
    return this.#inner.checkSchnorr(signature, publicKey, context)
  }

  checkLockTime(lockTime: number): boolean {
    return this.#inner.checkLockTime(lockTime)
  }

  checkSequence(sequence: number): boolean {
    return this.#inner.checkSequence(sequence)
  }
}
