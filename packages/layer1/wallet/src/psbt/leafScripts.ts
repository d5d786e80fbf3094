import { equalBytes } from '@ply/bytes'
import {
  computeTapleafHash,
  isControlBlockSize,
  TAPROOT_LEAF_MASK,
  TAPSCRIPT_LEAF_VERSION,
  verifyTaprootCommitment,
} from '@ply/script'
import { INPUT } from './fieldType.ts'
import { type PsbtMap, psbtEntries } from './psbtMap.ts'

/** A tapscript that an input may be spent by, as BIP 371 hands it on. */
export interface PsbtLeaf {
  readonly script: Uint8Array
  readonly controlBlock: Uint8Array
  readonly leafHash: Uint8Array
}

/** The tapscripts of an input's map that its output key commits to; others count for nothing. */
export function psbtLeaves(map: PsbtMap, outputKey: Uint8Array): readonly PsbtLeaf[] {
  const leaves: PsbtLeaf[] = []
  for (const { keyData: controlBlock, value } of psbtEntries(map, INPUT.tapLeafScript)) {
    const leafVersion = value.at(-1)
    if (leafVersion !== TAPSCRIPT_LEAF_VERSION || !isControlBlockSize(controlBlock.length)) continue
    if ((controlBlock[0]! & TAPROOT_LEAF_MASK) !== leafVersion) continue
    const script = value.slice(0, -1)
    const leafHash = computeTapleafHash(script, leafVersion)
    if (verifyTaprootCommitment(controlBlock, outputKey, leafHash)) leaves.push({ script, controlBlock, leafHash })
  }
  return leaves
}

/** The signature of an x-only key for a leaf, if it is there. */
export function leafSignature(map: PsbtMap, key: Uint8Array, leafHash: Uint8Array): Uint8Array | undefined {
  return psbtEntries(map, INPUT.tapScriptSig).find(
    ({ keyData }) => equalBytes(keyData.subarray(0, 32), key) && equalBytes(keyData.subarray(32), leafHash),
  )?.value
}
