import { computeCorrectness } from './correctness.ts'
import { computeMalleability } from './malleability.ts'
import type { MiniscriptNode } from './fragment.ts'
import { given, keep, type Properties } from './properties.ts'
import { computeTimeLocks } from './timeLocks.ts'

/** Whether a VERIFY behind the script takes a byte of its own. */
function isExpensiveToVerify({ fragment, subs }: MiniscriptNode): Properties {
  switch (fragment) {
    case 's':
      return keep(subs[0]!.type, 'x')
    case 'and_v':
      return keep(subs[1]!.type, 'x')
    case 'c':
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
    case 'multi':
    case 'multi_a':
    case 'thresh':
      return 0
    case '0':
    case '1':
    case 'pk_k':
    case 'pk_h':
    case 'older':
    case 'after':
    case 'a':
    case 'd':
    case 'v':
    case 'j':
    case 'n':
    case 'andor':
    case 'and_b':
    case 'or_b':
    case 'or_c':
    case 'or_d':
    case 'or_i':
      return given(true, 'x')
  }
}

/** The type of an expression (BIP 379, "Type system"); 0 if its parts do not fit together. */
export function computeType(node: MiniscriptNode): Properties {
  const correctness = computeCorrectness(node)
  if (keep(correctness, 'BVKW') === 0) return 0
  return correctness | computeMalleability(node) | computeTimeLocks(node) | isExpensiveToVerify(node)
}
