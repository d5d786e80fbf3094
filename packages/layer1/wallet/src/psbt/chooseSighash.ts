import { err, ok, type Result } from '@ply/bytes'
import { isP2tr, SIGHASH_ALL, SIGHASH_DEFAULT } from '@ply/script'
import { INPUT } from './fieldType.ts'
import type { Psbt } from './psbt.ts'
import { psbtEntries, type PsbtMap } from './psbtMap.ts'
import { psbtSighashType } from './signPsbt.ts'
import { setSighashType, updatePsbtInput } from './updatePsbt.ts'

/** True if every signature that is there already says that it is of the sighash type. */
function signaturesAgree(map: PsbtMap, hashType: number): boolean {
  const taproot = [INPUT.tapKeySig, INPUT.tapScriptSig].flatMap((type) => psbtEntries(map, type))
  if (hashType === SIGHASH_DEFAULT) return taproot.every(({ value }) => value.length === 64)
  const named = [...taproot, ...psbtEntries(map, INPUT.partialSig)]
  return named.every(({ value }) => value.length !== 64 && value.at(-1) === hashType)
}

/**
 * The sighash type to sign an input with: the wanted one, or the usual one of its script. Violation `sighash-mismatch`
 * where the map or a signature in it says another one: a signer takes no other than it was told to (BIP 174).
 */
export function chooseSighash(
  map: PsbtMap,
  scriptPubKey: Uint8Array,
  wanted: number | undefined,
): Result<number, 'sighash-mismatch'> {
  const chosen = wanted ?? (isP2tr(scriptPubKey) ? SIGHASH_DEFAULT : SIGHASH_ALL)
  const asked = psbtSighashType(map)
  if (asked !== undefined && asked !== chosen) return err('sighash-mismatch')
  return signaturesAgree(map, chosen) ? ok(chosen) : err('sighash-mismatch')
}

/** Notes a sighash type that is not the usual: a signature names it by itself, but other signers must hear of it. */
export function noteSighash(psbt: Psbt, index: number, scriptPubKey: Uint8Array, chosen: number | undefined): Psbt {
  const isUsual = chosen === SIGHASH_DEFAULT || (chosen === SIGHASH_ALL && !isP2tr(scriptPubKey))
  if (chosen === undefined || isUsual) return psbt
  return updatePsbtInput(psbt, index, (map) => setSighashType(map, chosen))
}
