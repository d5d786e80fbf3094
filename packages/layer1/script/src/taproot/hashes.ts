import { ByteWriter, compareBytes } from '@ply/bytes'
import { taggedHash } from '@ply/crypto'

/** BIP 342 scripts. */
export const TAPSCRIPT_LEAF_VERSION = 0xc0
/** The bits of a control block's first byte that hold the leaf version. */
export const TAPROOT_LEAF_MASK = 0xfe
export const TAPROOT_CONTROL_BASE_SIZE = 33
export const TAPROOT_CONTROL_NODE_SIZE = 32
export const TAPROOT_CONTROL_MAX_NODES = 128

/** BIP 341 hash of one leaf. */
export function computeTapleafHash(script: Uint8Array, leafVersion = TAPSCRIPT_LEAF_VERSION): Uint8Array {
  return taggedHash('TapLeaf', new ByteWriter(script.length + 10).u8(leafVersion).varBytes(script).finish())
}

/** BIP 341 hash of two branches, in either order. */
export function computeTapbranchHash(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) < 0 ? taggedHash('TapBranch', a, b) : taggedHash('TapBranch', b, a)
}

/** BIP 341 tweak of an x-only internal key; without a root it commits to there being no scripts. */
export function computeTapTweak(internalKey: Uint8Array, merkleRoot?: Uint8Array): Uint8Array {
  return merkleRoot ? taggedHash('TapTweak', internalKey, merkleRoot) : taggedHash('TapTweak', internalKey)
}
