import { isP2tr, SIGHASH_ALL, SIGHASH_DEFAULT } from '@ply/script'
import { partialSignatures, type Psbt, psbtSighashType } from '@ply/wallet'

/** True if the input asks for another sighash type than a signer takes unasked, or has a signature of one. */
export function wantsOtherSighash(psbt: Psbt, index: number, script: Uint8Array): boolean {
  const map = psbt.inputs[index]!
  const usual = isP2tr(script) ? SIGHASH_DEFAULT : SIGHASH_ALL
  const asked = psbtSighashType(map)
  if (asked !== undefined && asked !== usual) return true
  return usual === SIGHASH_ALL && [...partialSignatures(map).values()].some((signature) => signature.at(-1) !== usual)
}
