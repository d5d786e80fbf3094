import { equalBytes } from '@ply/bytes'
import {
  computeTapbranchHash,
  TAPROOT_CONTROL_BASE_SIZE,
  TAPROOT_CONTROL_MAX_NODES,
  TAPROOT_CONTROL_NODE_SIZE,
} from './hashes.ts'
import { computeTaprootOutputKey } from './outputKey.ts'

/** True for a control block of 33 + 32·n bytes, n up to 128 (BIP 341). */
export function isControlBlockSize(length: number): boolean {
  const path = length - TAPROOT_CONTROL_BASE_SIZE
  return (
    path >= 0 && path % TAPROOT_CONTROL_NODE_SIZE === 0 && path <= TAPROOT_CONTROL_NODE_SIZE * TAPROOT_CONTROL_MAX_NODES
  )
}

/** The merkle root that a control block leads to from a leaf. */
export function computeTaprootMerkleRoot(controlBlock: Uint8Array, leafHash: Uint8Array): Uint8Array {
  let hash = leafHash
  for (let at = TAPROOT_CONTROL_BASE_SIZE; at < controlBlock.length; at += TAPROOT_CONTROL_NODE_SIZE) {
    hash = computeTapbranchHash(hash, controlBlock.subarray(at, at + TAPROOT_CONTROL_NODE_SIZE))
  }
  return hash
}

/** True if the output key commits to the leaf by way of this control block, whose size was checked. */
export function verifyTaprootCommitment(
  controlBlock: Uint8Array,
  outputKey: Uint8Array,
  leafHash: Uint8Array,
): boolean {
  const internalKey = controlBlock.subarray(1, TAPROOT_CONTROL_BASE_SIZE)
  const computed = computeTaprootOutputKey(internalKey, computeTaprootMerkleRoot(controlBlock, leafHash))
  return (
    computed !== undefined && computed.parity === (controlBlock[0]! & 1) && equalBytes(computed.publicKey, outputKey)
  )
}
