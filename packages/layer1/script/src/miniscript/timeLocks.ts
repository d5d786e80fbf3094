import { LOCKTIME_THRESHOLD, SEQUENCE_LOCKTIME_TYPE_FLAG } from '../limits.ts'
import type { MiniscriptNode } from './fragment.ts'
import { given, hasAll, keep, type Properties, properties } from './properties.ts'

const KINDS = 'ghij'

/** True if both together need a time and a height of one kind, which no transaction can have. */
const conflict = (x: Properties, y: Properties): boolean =>
  (hasAll(x, 'g') && hasAll(y, 'h')) ||
  (hasAll(x, 'h') && hasAll(y, 'g')) ||
  (hasAll(x, 'i') && hasAll(y, 'j')) ||
  (hasAll(x, 'j') && hasAll(y, 'i'))

const either = (types: readonly Properties[]): Properties =>
  keep(
    types.reduce((all, type) => all | type, 0),
    KINDS,
  ) |
  keep(
    types.reduce((all, type) => all & type, properties('k')),
    'k',
  )

const both = (types: readonly Properties[], x: Properties, y: Properties): Properties =>
  conflict(x, y) ? keep(either(types), KINDS) : either(types)

/** A threshold above one may need any two of its parts. */
function threshold(types: readonly Properties[], k: number): Properties {
  if (k <= 1) return either(types)
  return types.reduce((known, type) => both([known, type], known, type), properties('k'))
}

/** The letters `ghijk` (BIP 379, "Timelock mixing"). */
export function computeTimeLocks({ fragment, subs, k }: MiniscriptNode): Properties {
  const types = subs.map((sub) => sub.type)
  const [x = 0, y = 0] = types
  switch (fragment) {
    case 'older':
      return (
        given((k & SEQUENCE_LOCKTIME_TYPE_FLAG) !== 0, 'g') |
        given((k & SEQUENCE_LOCKTIME_TYPE_FLAG) === 0, 'h') |
        properties('k')
      )
    case 'after':
      return given(k >= LOCKTIME_THRESHOLD, 'i') | given(k < LOCKTIME_THRESHOLD, 'j') | properties('k')
    case 'and_v':
    case 'and_b':
    case 'andor':
      return both(types, x, y)
    case 'thresh':
      return threshold(types, k)
    case '0':
    case '1':
    case 'pk_k':
    case 'pk_h':
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
    case 'multi':
    case 'multi_a':
    case 'a':
    case 's':
    case 'c':
    case 'd':
    case 'v':
    case 'j':
    case 'n':
    case 'or_b':
    case 'or_c':
    case 'or_d':
    case 'or_i':
      return either(types)
  }
}
