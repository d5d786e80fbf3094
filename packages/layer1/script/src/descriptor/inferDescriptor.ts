import { assert, bytesToHex, concatBytes } from '@ply/bytes'
import { isPublicKey, ripemd160 } from '@ply/crypto'
import { encodeAddress, type NetworkParameters } from '@ply/primitives'
import { decodeMiniscript } from '../miniscript/decodeMiniscript.ts'
import { isSane } from '../miniscript/insanity.ts'
import { TAPSCRIPT_LEAF_VERSION } from '../taproot/hashes.ts'
import type { TaprootLeafSpend, TaprootOutput } from '../taproot/tree.ts'
import { classifyOutput } from '../template/classifyOutput.ts'
import type {
  Descriptor,
  DescriptorTree,
  LeafExpression,
  MiniscriptExpression,
  MultisigExpression,
  RedeemScriptExpression,
  WitnessScriptExpression,
} from './descriptor.ts'
import type { KeyOrigin, SingleKey } from './keyExpression.ts'

/** What may be known beside a script: the keys and scripts behind its hashes, and where keys come from. */
export interface ScriptKnowledge {
  /** The public key that has a HASH160; in tapscript that of its 32 bytes. */
  readonly keyOfHash?: (hash: Uint8Array) => Uint8Array | undefined
  /** The script that has a HASH160. */
  readonly scriptOfHash?: (hash: Uint8Array) => Uint8Array | undefined
  /** Asked with the key as the script holds it, 32 bytes in taproot. */
  readonly originOf?: (publicKey: Uint8Array) => KeyOrigin | undefined
  /** How a taproot output of this key was made. */
  readonly taprootOf?: (outputKey: Uint8Array) => TaprootOutput | undefined
}

type Place = 'top' | 'sh' | 'wsh' | 'tr'

const EVEN_Y = Uint8Array.of(2)
/** BIP 340: the key that 32 bytes stand for. */
const withEvenY = (xOnlyKey: Uint8Array): Uint8Array => concatBytes(EVEN_Y, xOnlyKey)

function inferKey(publicKey: Uint8Array, place: Place, { originOf }: ScriptKnowledge): SingleKey | undefined {
  const xOnly = place === 'tr'
  const compressed = publicKey.length === 33 && (publicKey[0] === 2 || publicKey[0] === 3)
  const uncompressed = publicKey.length === 65 && publicKey[0] === 4 && place !== 'wsh'
  if (!xOnly && !compressed && !uncompressed) return undefined
  return {
    kind: 'single',
    mark: 'h',
    secretKey: undefined,
    wif: undefined,
    origin: originOf?.(publicKey),
    publicKey: xOnly ? withEvenY(publicKey) : publicKey,
    xOnly,
  }
}

function inferKeys(
  publicKeys: readonly Uint8Array[],
  place: Place,
  knowledge: ScriptKnowledge,
): readonly SingleKey[] | undefined {
  const keys = publicKeys.map((key) => inferKey(key, place, knowledge)).filter((key) => key !== undefined)
  return keys.length === publicKeys.length ? keys : undefined
}

/** A sane miniscript expression, in tapscript also a `multi_a` that is not sane. */
function inferMiniscript(
  script: Uint8Array,
  place: 'wsh' | 'tr',
  knowledge: ScriptKnowledge,
): MiniscriptExpression | MultisigExpression<'multi_a'> | undefined {
  const decoded = decodeMiniscript(script, place === 'wsh' ? 'wsh' : 'tapscript', knowledge.keyOfHash)
  if (!decoded.ok) return undefined
  const { root } = decoded.value
  const keys = inferKeys(decoded.value.keys, place, knowledge)
  if (!keys) return undefined
  if (root.fragment === 'multi_a') {
    return { type: 'multi_a', threshold: root.k, keys: root.keys.map((at) => keys[at]!) }
  }
  return isSane(root, decoded.value.keys.map(bytesToHex)) ? { type: 'miniscript', root, keys } : undefined
}

function inferLeaf(script: Uint8Array, knowledge: ScriptKnowledge): LeafExpression | undefined {
  const found = inferMiniscript(script, 'tr', knowledge)
  const [only] = found?.keys ?? []
  const isKey = found?.type === 'miniscript' && found.root.fragment === 'c' && found.root.subs[0]!.fragment === 'pk_k'
  return isKey ? { type: 'pk', key: only! } : found
}

/** The tree whose leaves, from left to right, stand at these depths. */
function buildTree(leaves: readonly (readonly [depth: number, leaf: LeafExpression])[]): DescriptorTree {
  const open: { readonly depth: number; readonly tree: DescriptorTree }[] = []
  for (const [depth, leaf] of leaves) {
    let next: (typeof open)[number] = { depth, tree: { leaf } }
    while (open.at(-1)?.depth === next.depth) next = { depth: next.depth - 1, tree: [open.pop()!.tree, next.tree] }
    open.push(next)
  }
  const [root] = open
  assert(root !== undefined && open.length === 1, 'the leaves of a tree fill it')
  return root.tree
}

const depthOf = ({ controlBlock }: TaprootLeafSpend): number => (controlBlock.length - 33) / 32

function inferTaproot(outputKey: Uint8Array, knowledge: ScriptKnowledge): Descriptor | undefined {
  const taproot = knowledge.taprootOf?.(outputKey)
  if (taproot) {
    const leaves = taproot.leaves.map((leaf) => {
      const found = leaf.leafVersion === TAPSCRIPT_LEAF_VERSION ? inferLeaf(leaf.script, knowledge) : undefined
      return found && ([depthOf(leaf), found] as const)
    })
    const known = leaves.filter((leaf) => leaf !== undefined)
    const key = inferKey(taproot.internalKey, 'tr', knowledge)
    if (key && known.length === leaves.length) {
      return { type: 'tr', key, tree: known.length > 0 ? buildTree(known) : undefined }
    }
  }
  const key = isPublicKey(withEvenY(outputKey)) ? inferKey(outputKey, 'tr', knowledge) : undefined
  return key && { type: 'rawtr', key }
}

/** The functions that may stand at the top, in `sh()` and in `wsh()` alike. */
function inferCommon(
  script: Uint8Array,
  place: Exclude<Place, 'tr'>,
  knowledge: ScriptKnowledge,
): Exclude<WitnessScriptExpression, MiniscriptExpression> | undefined {
  const output = classifyOutput(script)
  if (output.type === 'multisig') {
    const keys = inferKeys(output.publicKeys, place, knowledge)
    return keys && { type: 'multi', threshold: output.required, keys }
  }
  if (output.type === 'pubkey') {
    const key = inferKey(output.publicKey, place, knowledge)
    return key && { type: 'pk', key }
  }
  if (output.type !== 'pubkeyhash') return undefined
  const publicKey = knowledge.keyOfHash?.(output.hash)
  const key = publicKey && inferKey(publicKey, place, knowledge)
  return key && { type: 'pkh', key }
}

const inferWitnessScript = (script: Uint8Array, knowledge: ScriptKnowledge): WitnessScriptExpression | undefined => {
  const found = inferCommon(script, 'wsh', knowledge) ?? inferMiniscript(script, 'wsh', knowledge)
  return found?.type === 'multi_a' ? undefined : found
}

/** The functions that may stand at the top and in `sh()`. */
function inferRedeemScript(
  script: Uint8Array,
  place: 'top' | 'sh',
  knowledge: ScriptKnowledge,
): RedeemScriptExpression | undefined {
  const output = classifyOutput(script)
  if (output.type === 'witness_v0_keyhash') {
    const publicKey = knowledge.keyOfHash?.(output.program)
    const key = publicKey && inferKey(publicKey, 'wsh', knowledge)
    return key && { type: 'wpkh', key }
  }
  if (output.type === 'witness_v0_scripthash') {
    const witnessScript = knowledge.scriptOfHash?.(ripemd160(output.program))
    const inner = witnessScript && inferWitnessScript(witnessScript, knowledge)
    return inner && { type: 'wsh', script: inner }
  }
  return inferCommon(script, place, knowledge)
}

function inferKnown(script: Uint8Array, knowledge: ScriptKnowledge): Descriptor | undefined {
  const output = classifyOutput(script)
  if (output.type === 'witness_v1_taproot') return inferTaproot(output.program, knowledge)
  if (output.type !== 'scripthash') return inferRedeemScript(script, 'top', knowledge)
  const redeemScript = knowledge.scriptOfHash?.(output.hash)
  const inner = redeemScript && inferRedeemScript(redeemScript, 'sh', knowledge)
  return inner && { type: 'sh', script: inner }
}

/**
 * The descriptor that says most of a scriptPubKey, with what is known beside it: functions where keys and scripts are at
 * hand, else `addr()`, else `raw()`. As Bitcoin Core does.
 */
export function inferDescriptor(
  script: Uint8Array,
  network: NetworkParameters,
  knowledge: ScriptKnowledge = {},
): Descriptor {
  const known = inferKnown(script, knowledge)
  if (known) return known
  const address = encodeAddress(script, network)
  return address === undefined ? { type: 'raw', script } : { type: 'addr', address, scriptPubKey: script }
}
