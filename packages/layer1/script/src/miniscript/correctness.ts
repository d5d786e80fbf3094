import type { MiniscriptNode } from './fragment.ts'
import { given, hasAll, keep, type Properties, properties } from './properties.ts'

/** `o` of two parts that both run: one takes an item, the other none. */
const oneArgument = (x: Properties, y: Properties): Properties => given(hasAll(x | y, 'oz'), 'o')

/** `n` of two parts that run one after the other. */
const nonZero = (x: Properties, y: Properties): Properties => keep(x, 'n') | (hasAll(x, 'z') ? keep(y, 'n') : 0)

function thresholdCorrectness(types: readonly Properties[]): Properties {
  if (!types.every((type, i) => hasAll(type, i === 0 ? 'Bdu' : 'Wdu'))) return 0
  const size = types.reduce((sum, type) => sum + (hasAll(type, 'z') ? 0 : hasAll(type, 'o') ? 1 : 2), 0)
  return properties('Bdu') | given(size === 0, 'z') | given(size === 1, 'o')
}

/** The basic type and the letters `zondu` (BIP 379, "Correctness"); without a basic type the parts do not fit. */
export function computeCorrectness({ context, fragment, subs }: MiniscriptNode): Properties {
  const [x = 0, y = 0, z = 0] = subs.map((sub) => sub.type)
  switch (fragment) {
    case '0':
      return properties('Bzud')
    case '1':
      return properties('Bzu')
    case 'pk_k':
      return properties('Kondu')
    case 'pk_h':
      return properties('Kndu')
    case 'older':
    case 'after':
      return properties('Bz')
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
      return properties('Bondu')
    case 'multi':
      return properties('Bndu')
    case 'multi_a':
      return properties('Bdu')
    case 'a':
      return given(hasAll(x, 'B'), 'W') | keep(x, 'du')
    case 's':
      return given(hasAll(x, 'Bo'), 'W') | keep(x, 'du')
    case 'c':
      return given(hasAll(x, 'K'), 'B') | keep(x, 'ond') | properties('u')
    case 'd':
      // MINIMALIF, which makes the item exactly 1, is a rule of consensus in tapscript only.
      return (
        given(hasAll(x, 'Vz'), 'B') |
        given(hasAll(x, 'z'), 'o') |
        given(context === 'tapscript', 'u') |
        properties('nd')
      )
    case 'v':
      return given(hasAll(x, 'B'), 'V') | keep(x, 'zon')
    case 'j':
      return given(hasAll(x, 'Bn'), 'B') | keep(x, 'ou') | properties('nd')
    case 'n':
      return keep(x, 'Bzond') | properties('u')
    case 'and_v':
      return (hasAll(x, 'V') ? keep(y, 'KVB') : 0) | oneArgument(x, y) | nonZero(x, y) | keep(x & y, 'z') | keep(y, 'u')
    case 'and_b':
      return (
        given(hasAll(x, 'B') && hasAll(y, 'W'), 'B') |
        oneArgument(x, y) |
        nonZero(x, y) |
        keep(x & y, 'dz') |
        properties('u')
      )
    case 'or_b':
      return given(hasAll(x, 'Bd') && hasAll(y, 'Wd'), 'B') | oneArgument(x, y) | keep(x & y, 'z') | properties('du')
    case 'or_c':
      return (hasAll(x, 'Bdu') ? keep(y, 'V') : 0) | (hasAll(y, 'z') ? keep(x, 'o') : 0) | keep(x & y, 'z')
    case 'or_d':
      return (
        (hasAll(x, 'Bdu') ? keep(y, 'B') : 0) | (hasAll(y, 'z') ? keep(x, 'o') : 0) | keep(x & y, 'z') | keep(y, 'ud')
      )
    case 'or_i':
      return keep(x & y, 'VBKu') | given(hasAll(x & y, 'z'), 'o') | keep(x | y, 'd')
    case 'andor':
      return (
        (hasAll(x, 'Bdu') ? keep(y & z, 'BKV') : 0) |
        keep(x & y & z, 'z') |
        oneArgument(x, y & z) |
        keep(y & z, 'u') |
        keep(z, 'd')
      )
    case 'thresh':
      return thresholdCorrectness(subs.map((sub) => sub.type))
  }
}
