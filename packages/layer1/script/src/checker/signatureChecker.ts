import type { ScriptErrorCode } from '../interpreter/scriptError.ts'
import type { SigVersion } from '../interpreter/sigVersion.ts'

/** One ECDSA check that a script asks for. */
export interface EcdsaCheck {
  /** Signature with its hash type byte, as it stood on the stack. */
  readonly signature: Uint8Array
  readonly publicKey: Uint8Array
  /** From the last executed CODESEPARATOR on, the signature already deleted where the rules say so. */
  readonly scriptCode: Uint8Array
  readonly sigVersion: SigVersion
  /**
   * False where a failing check does not fail the script (a multisig trying its keys in turn): the checker must answer
   * truly. True where it may assume success and check later.
   */
  readonly deferrable: boolean
}

/** What a taproot signature hash needs to know of the spend. */
export interface TaprootContext {
  readonly annexHash: Uint8Array | undefined
  /** Undefined for a spend by key path. */
  readonly leafHash: Uint8Array | undefined
  readonly codeSeparatorPosition: number
}

/** What the interpreter asks of the transaction that a script is run for. */
export interface SignatureChecker {
  checkEcdsa(check: EcdsaCheck): boolean
  /** Undefined if the signature is good; `publicKey` has 32 bytes, `signature` any length but zero in a tapscript. */
  checkSchnorr(signature: Uint8Array, publicKey: Uint8Array, context: TaprootContext): ScriptErrorCode | undefined
  /** BIP 65: true if the transaction is locked until at least `lockTime`. */
  checkLockTime(lockTime: number): boolean
  /** BIP 112: true if the input is locked for at least `sequence`. */
  checkSequence(sequence: number): boolean
}

/** A checker for scripts without a transaction: no signature is good, no lock is satisfied. */
export const NULL_CHECKER: SignatureChecker = {
  checkEcdsa: () => false,
  checkSchnorr: () => 'SCHNORR_SIG',
  checkLockTime: () => false,
  checkSequence: () => false,
}
