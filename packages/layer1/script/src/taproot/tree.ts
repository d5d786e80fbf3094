import { assert, concatBytes } from '@ply/bytes'
import { witnessProgramScript } from '@ply/primitives'
import {
  computeTapbranchHash,
  computeTapleafHash,
  TAPROOT_CONTROL_MAX_NODES,
  TAPSCRIPT_LEAF_VERSION,
} from './hashes.ts'
import { computeTaprootOutputKey, type TaprootOutputKey } from './outputKey.ts'

/** One script of a tree; the leaf version is tapscript's unless said otherwise. */
export interface TapLeaf {
  readonly script: Uint8Array
  readonly leafVersion?: number
}

/** A leaf, or two subtrees. */
export type TapTree = TapLeaf | readonly [TapTree, TapTree]

/** A leaf with what a spender puts into the witness beside the script. */
export interface TaprootLeafSpend {
  readonly script: Uint8Array
  readonly leafVersion: number
  readonly leafHash: Uint8Array
  readonly controlBlock: Uint8Array
}

/** A taproot output and the ways to spend it. */
export interface TaprootOutput {
  readonly internalKey: Uint8Array
  readonly outputKey: TaprootOutputKey
  readonly merkleRoot: Uint8Array | undefined
  readonly scriptPubKey: Uint8Array
  /** In the order of the tree, from left to right. */
  readonly leaves: readonly TaprootLeafSpend[]
}

interface PlacedLeaf {
  readonly script: Uint8Array
  readonly leafVersion: number
  readonly leafHash: Uint8Array
  /** Sibling hashes from the leaf up. */
  readonly path: readonly Uint8Array[]
}

const isBranch = (tree: TapTree): tree is readonly [TapTree, TapTree] => Array.isArray(tree)

function placeLeaves(tree: TapTree): { readonly hash: Uint8Array; readonly leaves: readonly PlacedLeaf[] } {
  if (!isBranch(tree)) {
    const { script, leafVersion = TAPSCRIPT_LEAF_VERSION } = tree
    const leafHash = computeTapleafHash(script, leafVersion)
    return { hash: leafHash, leaves: [{ script, leafVersion, leafHash, path: [] }] }
  }
  const left = placeLeaves(tree[0])
  const right = placeLeaves(tree[1])
  const below = (leaves: readonly PlacedLeaf[], sibling: Uint8Array): PlacedLeaf[] =>
    leaves.map((leaf) => ({ ...leaf, path: [...leaf.path, sibling] }))
  return {
    hash: computeTapbranchHash(left.hash, right.hash),
    leaves: [...below(left.leaves, right.hash), ...below(right.leaves, left.hash)],
  }
}

/**
 * The taproot output of an x-only internal key and its script tree, if any (BIP 341): output key, scriptPubKey and
 * a control block for every leaf. Undefined if the internal key is no x coordinate of the curve.
 */
export function createTaprootOutput(internalKey: Uint8Array, tree?: TapTree): TaprootOutput | undefined {
  const placed = tree && placeLeaves(tree)
  const outputKey = computeTaprootOutputKey(internalKey, placed?.hash)
  if (!outputKey) return undefined
  const leaves = (placed?.leaves ?? []).map(({ script, leafVersion, leafHash, path }) => {
    assert(path.length <= TAPROOT_CONTROL_MAX_NODES, 'a taproot tree is at most 128 levels deep')
    const first = Uint8Array.of(leafVersion | outputKey.parity)
    return { script, leafVersion, leafHash, controlBlock: concatBytes(first, internalKey, ...path) }
  })
  return {
    internalKey,
    outputKey,
    merkleRoot: placed?.hash,
    scriptPubKey: witnessProgramScript({ version: 1, program: outputKey.publicKey }),
    leaves,
  }
}
