import { err, ok, type Result } from '@ply/bytes'
import { evalScript, NULL_CHECKER, SCRIPT_VERIFY_NONE, scriptErrorMessage } from '@ply/script'

/** What a scriptSig leaves on top of the stack: the redeem script of a P2SH spend. Errors as people read them. */
export function findRedeemScript(
  scriptSig: Uint8Array,
): Result<Uint8Array, 'missing' | { readonly malformed: string }> {
  const stack = evalScript([], scriptSig, { flags: SCRIPT_VERIFY_NONE, checker: NULL_CHECKER })
  if (!stack.ok) return err({ malformed: scriptErrorMessage(stack.error) })
  const top = stack.value.at(-1)
  return top ? ok(top) : err('missing')
}
