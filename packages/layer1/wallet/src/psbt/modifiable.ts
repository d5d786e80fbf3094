import { SIGHASH_ANYONECANPAY, SIGHASH_NONE, SIGHASH_SINGLE } from '@ply/script'
import { GLOBAL } from './fieldType.ts'
import { type PsbtMap, psbtValue, setPsbtValue } from './psbtMap.ts'

/** Bits of PSBT_GLOBAL_TX_MODIFIABLE (BIP 370). */
export const INPUTS_MODIFIABLE = 1
export const OUTPUTS_MODIFIABLE = 2
export const HAS_SIGHASH_SINGLE = 4

const SIGHASH_OUTPUT_MASK = 0x1f

/** What may still be added; undefined where the field is missing and so nothing may. */
export const modifiableFlags = (global: PsbtMap): number | undefined => psbtValue(global, GLOBAL.txModifiable)?.[0]

export const setModifiableFlags = (global: PsbtMap, flags: number): PsbtMap =>
  setPsbtValue(global, GLOBAL.txModifiable, Uint8Array.of(flags))

/** BIP 370: what a signature covers may not be changed any more. */
export function restrictModifiable(global: PsbtMap, hashType: number): PsbtMap {
  const flags = modifiableFlags(global)
  if (flags === undefined) return global
  const outputs = hashType & SIGHASH_OUTPUT_MASK
  let next = flags
  if ((hashType & SIGHASH_ANYONECANPAY) === 0) next &= ~INPUTS_MODIFIABLE
  if (outputs !== SIGHASH_NONE) next &= ~OUTPUTS_MODIFIABLE
  if (outputs === SIGHASH_SINGLE) next |= HAS_SIGHASH_SINGLE
  return setModifiableFlags(global, next)
}

/** The flags of two PSBTs that are combined: what both allow, and SIGHASH_SINGLE where either has it. */
export function combineModifiable(merged: PsbtMap, first: PsbtMap, second: PsbtMap): PsbtMap {
  const [a, b] = [modifiableFlags(first), modifiableFlags(second)]
  if (a === undefined && b === undefined) return merged
  const [one, other] = [a ?? 0, b ?? 0]
  return setModifiableFlags(merged, (one & other & ~HAS_SIGHASH_SINGLE) | ((one | other) & HAS_SIGHASH_SINGLE))
}
