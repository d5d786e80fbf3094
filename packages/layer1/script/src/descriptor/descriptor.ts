import type { Miniscript } from '../miniscript/fragment.ts'
import { chooseKey, countKeys, isRangedKey, type KeyExpression } from './keyExpression.ts'

/** A script tree of `tr()` (BIP 386): a leaf, or two subtrees. */
export type DescriptorTree = { readonly leaf: LeafExpression } | readonly [DescriptorTree, DescriptorTree]

/** One member for each function, so that a type can be told by its function. */
type KeyDescriptor<T extends string> = T extends string ? { readonly type: T; readonly key: KeyExpression } : never

export interface MultisigExpression<T extends string> {
  readonly type: T
  readonly threshold: number
  readonly keys: readonly KeyExpression[]
}

/** A sane miniscript expression (BIP 379) that no other function is for. */
export interface MiniscriptExpression {
  readonly type: 'miniscript'
  readonly root: Miniscript
  /** Those that the places in the expression stand for. */
  readonly keys: readonly KeyExpression[]
}

/** What may stand in a leaf of a script tree. */
export type LeafExpression =
  KeyDescriptor<'pk'> | MultisigExpression<'multi_a' | 'sortedmulti_a'> | MiniscriptExpression

/** What may stand in `wsh()`. */
export type WitnessScriptExpression =
  KeyDescriptor<'pk' | 'pkh'> | MultisigExpression<'multi' | 'sortedmulti'> | MiniscriptExpression

export interface WshDescriptor {
  readonly type: 'wsh'
  readonly script: WitnessScriptExpression
}

/** What may stand in `sh()`. */
export type RedeemScriptExpression =
  KeyDescriptor<'pk' | 'pkh' | 'wpkh'> | MultisigExpression<'multi' | 'sortedmulti'> | WshDescriptor

export interface TrDescriptor {
  readonly type: 'tr'
  readonly key: KeyExpression
  readonly tree: DescriptorTree | undefined
}

/** An output descriptor (BIP 379–387, 389, 390). `unused` holds a key that makes no script. */
export type Descriptor =
  | KeyDescriptor<'pk' | 'pkh' | 'wpkh' | 'combo' | 'rawtr' | 'unused'>
  | MultisigExpression<'multi' | 'sortedmulti'>
  | { readonly type: 'sh'; readonly script: RedeemScriptExpression }
  | WshDescriptor
  | TrDescriptor
  | { readonly type: 'addr'; readonly address: string; readonly scriptPubKey: Uint8Array }
  | { readonly type: 'raw'; readonly script: Uint8Array }

/** A descriptor or a part of one. */
export type ScriptExpression = Descriptor | LeafExpression | WitnessScriptExpression | RedeemScriptExpression

export const isBranch = (tree: DescriptorTree): tree is readonly [DescriptorTree, DescriptorTree] => Array.isArray(tree)

/** The leaves from left to right. */
export const treeLeaves = (tree: DescriptorTree | undefined): readonly LeafExpression[] =>
  tree === undefined ? [] : isBranch(tree) ? tree.flatMap(treeLeaves) : [tree.leaf]

/** Every key of a descriptor, in the order of the text. */
export function descriptorKeys(expression: ScriptExpression): readonly KeyExpression[] {
  switch (expression.type) {
    case 'pk':
    case 'pkh':
    case 'wpkh':
    case 'combo':
    case 'rawtr':
    case 'unused':
      return [expression.key]
    case 'multi':
    case 'sortedmulti':
    case 'multi_a':
    case 'sortedmulti_a':
    case 'miniscript':
      return expression.keys
    case 'sh':
    case 'wsh':
      return descriptorKeys(expression.script)
    case 'tr':
      return [expression.key, ...treeLeaves(expression.tree).flatMap(descriptorKeys)]
    case 'addr':
    case 'raw':
      return []
  }
}

/** True if the descriptor makes another script for each index. */
export const isRanged = (descriptor: Descriptor): boolean => descriptorKeys(descriptor).some(isRangedKey)

/** How many descriptors a multipath descriptor stands for (BIP 389); 1 for any other. */
export const countDescriptors = (expression: ScriptExpression): number =>
  Math.max(1, ...descriptorKeys(expression).map(countKeys))

type KeyMap = (key: KeyExpression) => KeyExpression

const mapTree = (tree: DescriptorTree, map: KeyMap): DescriptorTree =>
  isBranch(tree) ? [mapTree(tree[0], map), mapTree(tree[1], map)] : { leaf: mapKeys(tree.leaf, map) }

/** The expression with other keys, asked for in the order of {@link descriptorKeys}. The form stays, so does the type. */
export function mapKeys<E extends ScriptExpression>(expression: E, map: KeyMap): E
export function mapKeys(expression: ScriptExpression, map: KeyMap): ScriptExpression {
  switch (expression.type) {
    case 'pk':
    case 'pkh':
    case 'wpkh':
    case 'combo':
    case 'rawtr':
    case 'unused':
      return { ...expression, key: map(expression.key) }
    case 'multi':
    case 'sortedmulti':
    case 'multi_a':
    case 'sortedmulti_a':
    case 'miniscript':
      return { ...expression, keys: expression.keys.map(map) }
    case 'sh':
      return { ...expression, script: mapKeys(expression.script, map) }
    case 'wsh':
      return { ...expression, script: mapKeys(expression.script, map) }
    case 'tr': {
      const key = map(expression.key)
      return { ...expression, key, tree: expression.tree && mapTree(expression.tree, map) }
    }
    case 'addr':
    case 'raw':
      return expression
  }
}

/** The descriptors that a multipath descriptor stands for, in order (BIP 389); any other stands for itself. */
export const expandMultipath = (descriptor: Descriptor): readonly Descriptor[] =>
  Array.from({ length: countDescriptors(descriptor) }, (_, choice) =>
    mapKeys(descriptor, (key) => chooseKey(key, choice)),
  )
