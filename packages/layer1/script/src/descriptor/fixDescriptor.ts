import { assert } from '@ply/bytes'
import { type Descriptor, mapKeys } from './descriptor.ts'
import type { DerivedKey } from './deriveKey.ts'
import type { DerivedOutput } from './deriveOutputs.ts'
import { type ExtendedKeyExpression, isRangedKey, type KeyExpression, type SingleKey } from './keyExpression.ts'

function fixPlain(key: SingleKey | ExtendedKeyExpression, derived: DerivedKey): SingleKey | ExtendedKeyExpression {
  if (!isRangedKey(key)) return key
  const { publicKey, origin } = derived
  return { kind: 'single', publicKey, origin, secretKey: undefined, wif: undefined, xOnly: false, mark: key.mark }
}

function fixKey(key: KeyExpression, derived: DerivedKey): KeyExpression {
  if (key.kind !== 'musig') return fixPlain(key, derived)
  const participants = key.participants.map((participant, place) =>
    fixPlain(participant, derived.participants![place]!),
  )
  return { kind: 'musig', participants, path: derived.origin.path, wildcard: 'none' }
}

/**
 * The descriptor of one of a descriptor's outputs, which says the same of its keys and can be derived without secrets:
 * keys that are others at each index are those of the output, with where they come from. `descriptor` has no secret
 * keys; one that makes several scripts of a key (`combo()`) has no descriptor of one of them.
 */
export function fixDescriptor(descriptor: Descriptor, { keys }: DerivedOutput): Descriptor {
  assert(descriptor.type !== 'combo', 'a descriptor of several outputs')
  const derived = keys.values()
  return mapKeys(descriptor, (key) => {
    const next = derived.next()
    assert(next.done !== true, 'an output of another descriptor')
    return fixKey(key, next.value)
  })
}
