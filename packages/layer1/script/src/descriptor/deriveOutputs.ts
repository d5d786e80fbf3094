import { assert, compareBytes, err, ok, type Result } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { createScript } from '../encoding/script.ts'
import { encodeMiniscript } from '../miniscript/encodeMiniscript.ts'
import { OP_CHECKSIG, OP_CHECKSIGADD, OP_NUMEQUAL } from '../opcode/opcodes.ts'
import { createTaprootOutput, type TaprootOutput, type TapTree } from '../taproot/tree.ts'
import {
  createMultisig,
  createP2pk,
  createP2pkh,
  createP2sh,
  createP2tr,
  createP2wpkh,
  createP2wsh,
} from '../template/templates.ts'
import { type DerivedKey, type DerivationViolation, deriveKey } from './deriveKey.ts'
import {
  type Descriptor,
  descriptorKeys,
  type DescriptorTree,
  isBranch,
  type LeafExpression,
  type ScriptExpression,
  type TrDescriptor,
  treeLeaves,
} from './descriptor.ts'

/** One output of a descriptor at an index, and what spending it takes beside signatures. */
export interface DerivedOutput {
  readonly scriptPubKey: Uint8Array
  readonly redeemScript?: Uint8Array
  readonly witnessScript?: Uint8Array
  readonly taproot?: TaprootOutput
  /** In the order of the text; a taproot output's internal key first. */
  readonly keys: readonly DerivedKey[]
  /** The keys of each leaf, as the leaves stand in `taproot`. */
  readonly leafKeys?: readonly (readonly DerivedKey[])[]
}

const publicKeys = (keys: readonly DerivedKey[]): Uint8Array[] => keys.map(({ publicKey }) => publicKey)
const xOnly = (publicKey: Uint8Array): Uint8Array => publicKey.subarray(1, 33)

/** BIP 387: `<key> CHECKSIG (<key> CHECKSIGADD)… <threshold> NUMEQUAL`. */
function createMultiA(threshold: number, keys: readonly Uint8Array[]): Uint8Array {
  const checks = keys.flatMap((key, i) => [key, i === 0 ? OP_CHECKSIG : OP_CHECKSIGADD])
  return createScript([...checks, BigInt(threshold), OP_NUMEQUAL])
}

/** The script of an expression that is one, its keys derived. */
function createExpressionScript(
  expression: Exclude<ScriptExpression, { type: 'combo' | 'unused' | 'tr' | 'rawtr' | 'sh' | 'wsh' }>,
  keys: readonly DerivedKey[],
  tapscript: boolean,
): Uint8Array {
  const [first] = publicKeys(keys)
  const key = first ?? new Uint8Array(0)
  switch (expression.type) {
    case 'pk':
      return createP2pk(tapscript ? xOnly(key) : key)
    case 'pkh':
      return createP2pkh(hash160(key))
    case 'wpkh':
      return createP2wpkh(hash160(key))
    case 'multi':
      return createMultisig(expression.threshold, publicKeys(keys))
    case 'sortedmulti':
      // BIP 67
      return createMultisig(expression.threshold, publicKeys(keys).sort(compareBytes))
    case 'multi_a':
      return createMultiA(expression.threshold, publicKeys(keys).map(xOnly))
    case 'sortedmulti_a':
      return createMultiA(expression.threshold, publicKeys(keys).map(xOnly).sort(compareBytes))
    case 'miniscript':
      return encodeMiniscript(expression.root, tapscript ? publicKeys(keys).map(xOnly) : publicKeys(keys))
    case 'addr':
      return expression.scriptPubKey
    case 'raw':
      return expression.script
  }
}

/** Scripts with the keys that stand in each. */
interface DerivedLeaf {
  readonly leaf: LeafExpression
  readonly keys: readonly DerivedKey[]
}

function createTapTree(tree: DescriptorTree, leaves: Iterator<DerivedLeaf>): TapTree {
  if (isBranch(tree)) return [createTapTree(tree[0], leaves), createTapTree(tree[1], leaves)]
  const next = leaves.next()
  assert(next.done !== true, 'a tree with more leaves than it has')
  return { script: createExpressionScript(next.value.leaf, next.value.keys, true) }
}

function createTr({ tree }: TrDescriptor, keys: readonly DerivedKey[]): DerivedOutput {
  const leaves: DerivedLeaf[] = []
  let at = 1
  for (const leaf of treeLeaves(tree)) {
    const count = descriptorKeys(leaf).length
    leaves.push({ leaf, keys: keys.slice(at, at + count) })
    at += count
  }
  const tapTree = tree && createTapTree(tree, leaves.values())
  const taproot = createTaprootOutput(xOnly(keys[0]!.publicKey), tapTree)
  assert(taproot !== undefined, 'a key on the curve has an output key')
  return { scriptPubKey: taproot.scriptPubKey, taproot, keys, leafKeys: leaves.map((leaf) => leaf.keys) }
}

/** BIP 384: the outputs that wallets of old made of one key. */
function createCombo(keys: readonly DerivedKey[]): readonly DerivedOutput[] {
  const { publicKey } = keys[0]!
  const keyHash = hash160(publicKey)
  const legacy = [createP2pk(publicKey), createP2pkh(keyHash)].map((scriptPubKey) => ({ scriptPubKey, keys }))
  if (publicKey.length !== 33) return legacy
  const redeemScript = createP2wpkh(keyHash)
  return [
    ...legacy,
    { scriptPubKey: redeemScript, keys },
    { scriptPubKey: createP2sh(redeemScript), redeemScript, keys },
  ]
}

function createOutputs(
  descriptor: Exclude<Descriptor, { type: 'unused' }>,
  keys: readonly DerivedKey[],
): readonly DerivedOutput[] {
  switch (descriptor.type) {
    case 'combo':
      return createCombo(keys)
    case 'rawtr':
      return [{ scriptPubKey: createP2tr(xOnly(keys[0]!.publicKey)), keys }]
    case 'tr':
      return [createTr(descriptor, keys)]
    case 'wsh': {
      const witnessScript = createExpressionScript(descriptor.script, keys, false)
      return [{ scriptPubKey: createP2wsh(witnessScript), witnessScript, keys }]
    }
    case 'sh': {
      if (descriptor.script.type === 'wsh') {
        const [inner] = createOutputs(descriptor.script, keys)
        const redeemScript = inner!.scriptPubKey
        return [{ ...inner!, scriptPubKey: createP2sh(redeemScript), redeemScript }]
      }
      const redeemScript = createExpressionScript(descriptor.script, keys, false)
      return [{ scriptPubKey: createP2sh(redeemScript), redeemScript, keys }]
    }
    case 'pk':
    case 'pkh':
    case 'wpkh':
    case 'multi':
    case 'sortedmulti':
    case 'addr':
    case 'raw':
      return [{ scriptPubKey: createExpressionScript(descriptor, keys, false), keys }]
  }
}

/**
 * The outputs of a descriptor at an index below 2³¹: one, but several for `combo()` and none for `unused()`.
 * Violations: `descriptor-needs-private-keys` (hardened steps below an xpub), `descriptor-is-multipath`.
 */
export function deriveOutputs(
  descriptor: Descriptor,
  index: number,
): Result<readonly DerivedOutput[], DerivationViolation> {
  if (descriptor.type === 'unused') return ok([])
  const keys: DerivedKey[] = []
  for (const expression of descriptorKeys(descriptor)) {
    const key = deriveKey(expression, index)
    if (!key.ok) return err(key.error)
    keys.push(key.value)
  }
  return ok(createOutputs(descriptor, keys))
}
