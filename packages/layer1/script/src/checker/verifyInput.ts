import { ok, type Result } from '@ply/bytes'
import type { ScriptErrorCode } from '../interpreter/scriptError.ts'
import { verifyScript } from '../interpreter/verifyScript.ts'
import type { SighashCache } from '../sighash/sighashCache.ts'
import { type SignatureCheck, verifySignatureCheck } from './signatureCheck.ts'
import { TransactionChecker, type VerifySignature } from './transactionChecker.ts'

/** One input of a transaction whose spent outputs `cache` knows. */
export interface InputToVerify {
  readonly cache: SighashCache
  readonly inputIndex: number
  readonly flags: number
}

function verifyWith(
  { cache, inputIndex, flags }: InputToVerify,
  verify: VerifySignature,
): Result<void, ScriptErrorCode> {
  const checker = new TransactionChecker(cache, inputIndex, verify)
  const { scriptSig, witness } = cache.tx.inputs[inputIndex]!
  const { scriptPubKey } = cache.spentOutput(inputIndex)
  return verifyScript({ scriptSig, scriptPubKey, witness, flags, checker })
}

/**
 * Verifies one input, every signature at once by `verify`: by default the curve, or a caller's signature cache in front
 * of {@link verifySignatureCheck}.
 */
export const verifyInput = (
  input: InputToVerify,
  verify: VerifySignature = verifySignatureCheck,
): Result<void, ScriptErrorCode> => verifyWith(input, verify)

/**
 * Runs one input's scripts as if every well-formed signature were good, and returns the signatures to verify. If they
 * are all good the input is valid. If any is not, nothing is known (a script may want a bad signature): run
 * {@link verifyInput}. A violation is final: where a guess took part in it, the scripts were run again without guessing.
 * Multisigs with fewer signatures than keys verify at once, because each verdict decides which key comes next;
 * `verify` is as for {@link verifyInput}.
 */
export function collectInputChecks(
  input: InputToVerify,
  verify: VerifySignature = verifySignatureCheck,
): Result<readonly SignatureCheck[], ScriptErrorCode> {
  const checks: SignatureCheck[] = []
  const collected = verifyWith(input, (check, deferrable) => {
    if (!deferrable) return verify(check, deferrable)
    checks.push(check)
    return true
  })
  if (collected.ok) return ok(checks)
  if (checks.length === 0) return collected
  const verdict = verifyInput(input, verify)
  return verdict.ok ? ok([]) : verdict
}
