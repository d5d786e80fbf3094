import type { MiniscriptNode } from './fragment.ts'
import { given, hasAll, keep, type Properties, properties } from './properties.ts'

/** Of two ways one is taken: nobody may be able to take the other as well. */
const choosesSafely = (x: Properties, y: Properties): Properties =>
  hasAll(x, 'e') && hasAll(x | y, 's') ? keep(x & y, 'm') : 0

function thresholdMalleability(types: readonly Properties[], k: number): Properties {
  const all = types.reduce((common, type) => common & type)
  const withoutSignature = types.filter((type) => !hasAll(type, 's')).length
  return (
    given(hasAll(all, 'e') && withoutSignature === 0, 'e') |
    given(hasAll(all, 'em') && withoutSignature <= k, 'm') |
    given(withoutSignature < k, 's')
  )
}

/** The letters `efsm` (BIP 379, "Malleability"). */
export function computeMalleability({ fragment, subs, k }: MiniscriptNode): Properties {
  const [x = 0, y = 0, z = 0] = subs.map((sub) => sub.type)
  switch (fragment) {
    case '0':
    case 'pk_k':
    case 'pk_h':
    case 'multi':
    case 'multi_a':
      return properties('ems')
    case '1':
    case 'older':
    case 'after':
      return properties('fm')
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
      return properties('m')
    case 'a':
    case 's':
    case 'n':
      return keep(x, 'efsm')
    case 'c':
      return keep(x, 'efm') | properties('s')
    case 'd':
    case 'j':
      return given(hasAll(x, 'f'), 'e') | keep(x, 'ms')
    case 'v':
      return keep(x, 'ms') | properties('f')
    case 'and_v':
      return keep(x & y, 'm') | keep(x | y, 's') | given(hasAll(y, 'f') || hasAll(x, 's'), 'f')
    case 'and_b': {
      const forced = hasAll(x & y, 'f') || hasAll(x, 'sf') || hasAll(y, 'sf')
      return (hasAll(x & y, 's') ? keep(x & y, 'e') : 0) | keep(x & y, 'm') | keep(x | y, 's') | given(forced, 'f')
    }
    case 'or_b':
      return (hasAll(x | y, 's') && hasAll(x & y, 'e') ? keep(x & y, 'm') : 0) | keep(x & y, 'se')
    case 'or_c':
      return choosesSafely(x, y) | keep(x & y, 's') | properties('f')
    case 'or_d':
      return choosesSafely(x, y) | keep(x & y, 's') | keep(y, 'fe')
    case 'or_i':
      return (
        (hasAll(x | y, 's') ? keep(x & y, 'm') : 0) | keep(x & y, 'fs') | (hasAll(x | y, 'f') ? keep(x | y, 'e') : 0)
      )
    case 'andor':
      return (
        (hasAll(x, 's') || hasAll(y, 'f') ? keep(z, 'fe') : 0) |
        (hasAll(x, 'e') && hasAll(x | y | z, 's') ? keep(x & y & z, 'm') : 0) |
        keep(z & (x | y), 's')
      )
    case 'thresh':
      return thresholdMalleability(
        subs.map((sub) => sub.type),
        k,
      )
  }
}
