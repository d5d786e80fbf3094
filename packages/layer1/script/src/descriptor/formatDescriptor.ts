import { assert, bytesToHex } from '@ply/bytes'
import { HARDENED } from '@ply/crypto'
import { formatMiniscript } from '../miniscript/formatMiniscript.ts'
import { computeDescriptorChecksum } from './checksum.ts'
import { type Descriptor, type DescriptorTree, isBranch, type ScriptExpression } from './descriptor.ts'
import type { ExtendedKeyExpression, KeyExpression, KeyOrigin, SingleKey, Wildcard } from './keyExpression.ts'
import { formatKeyPath, type HardenedMark, type KeyPathStep } from './keyPath.ts'

/**
 * How keys are written. `public`: no secret keys. `private`: the secret keys that are there. `normalized`: public,
 * with hardened steps moved into the origin, so that the rest can be derived without secrets.
 */
export type DescriptorForm = 'public' | 'private' | 'normalized'

const formatWildcard = (wildcard: Wildcard, mark: HardenedMark): string => {
  switch (wildcard) {
    case 'none':
      return ''
    case 'unhardened':
      return '/*'
    case 'hardened':
      return `/*${mark}`
  }
}

function formatSingle(key: SingleKey, form: DescriptorForm): string {
  if (form === 'private' && key.wif !== undefined) return key.wif
  return bytesToHex(key.xOnly ? key.publicKey.slice(1) : key.publicKey)
}

const formatOrigin = ({ fingerprint, path }: KeyOrigin, mark: HardenedMark): string =>
  `[${fingerprint}${formatKeyPath(path, mark)}]`

/** Steps up to the last hardened one, if they can and must be derived away. */
function hardenedPart({ key, path, wildcard }: ExtendedKeyExpression): readonly number[] {
  const end = path.findLastIndex((step) => typeof step === 'number' && step >= HARDENED) + 1
  const steps = path.slice(0, end).filter((step) => typeof step === 'number')
  return wildcard === 'hardened' || key.secretKey === undefined || steps.length < end ? [] : steps
}

function formatExtended(key: ExtendedKeyExpression, form: DescriptorForm): string {
  const write = (steps: readonly KeyPathStep[], text: string, mark: HardenedMark): string =>
    text + formatKeyPath(steps, mark) + formatWildcard(key.wildcard, mark)
  const origin = key.origin ? formatOrigin(key.origin, key.mark) : ''
  if (form !== 'normalized') {
    const secret = form === 'private' && key.key.secretKey !== undefined
    return origin + write(key.path, secret ? key.key.xprv : key.key.xpub, key.mark)
  }
  const derived = hardenedPart(key)
  const rest = write(key.path.slice(derived.length), key.key.derive(derived).xpub, 'h')
  if (derived.length === 0) return (key.origin ? formatOrigin(key.origin, 'h') : '') + rest
  const { fingerprint, path } = key.origin ?? { fingerprint: bytesToHex(key.key.fingerprint), path: [] }
  return formatOrigin({ fingerprint, path: [...path, ...derived] }, 'h') + rest
}

/** A key in the wanted form. */
export function formatKey(key: KeyExpression, form: DescriptorForm): string {
  switch (key.kind) {
    case 'single':
      return (
        (key.origin ? formatOrigin(key.origin, form === 'normalized' ? 'h' : key.mark) : '') + formatSingle(key, form)
      )
    case 'extended':
      return formatExtended(key, form)
    case 'musig': {
      const participants = key.participants.map((participant) => formatKey(participant, form))
      return `musig(${participants.join(',')})${formatKeyPath(key.path)}${formatWildcard(key.wildcard, 'h')}`
    }
  }
}

const formatTree = (tree: DescriptorTree, form: DescriptorForm): string =>
  isBranch(tree) ? `{${formatTree(tree[0], form)},${formatTree(tree[1], form)}}` : formatExpression(tree.leaf, form)

function formatExpression(expression: ScriptExpression, form: DescriptorForm): string {
  switch (expression.type) {
    case 'pk':
    case 'pkh':
    case 'wpkh':
    case 'combo':
    case 'rawtr':
    case 'unused':
      return `${expression.type}(${formatKey(expression.key, form)})`
    case 'multi':
    case 'sortedmulti':
    case 'multi_a':
    case 'sortedmulti_a': {
      const keys = expression.keys.map((key) => formatKey(key, form))
      return `${expression.type}(${[expression.threshold, ...keys].join(',')})`
    }
    case 'miniscript':
      return formatMiniscript(
        expression.root,
        expression.keys.map((key) => formatKey(key, form)),
      )
    case 'sh':
    case 'wsh':
      return `${expression.type}(${formatExpression(expression.script, form)})`
    case 'tr': {
      const key = formatKey(expression.key, form)
      return expression.tree ? `tr(${key},${formatTree(expression.tree, form)})` : `tr(${key})`
    }
    case 'addr':
      return `addr(${expression.address})`
    case 'raw':
      return `raw(${bytesToHex(expression.script)})`
  }
}

/** A descriptor as text, with its checksum (BIP 380). */
export function formatDescriptor(descriptor: Descriptor, form: DescriptorForm = 'public'): string {
  const text = formatExpression(descriptor, form)
  const checksum = computeDescriptorChecksum(text)
  assert(checksum !== undefined, 'descriptor with a character outside its set')
  return `${text}#${checksum}`
}
