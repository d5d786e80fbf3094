import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import type { MiniscriptNode } from './fragment.ts'
import { hasAll } from './properties.ts'

/** Bytes of a push of a number. */
const numberSize = (value: number): number => (value <= 16 ? 1 : 1 + encodeScriptNumber(value).length)

/** Length of the script in bytes. */
export function computeScriptSize({ context, fragment, subs, keys, k }: MiniscriptNode): number {
  const inside = subs.reduce((sum, sub) => sum + sub.scriptSize, 0)
  switch (fragment) {
    case '0':
    case '1':
      return 1
    case 'pk_k':
      return context === 'tapscript' ? 33 : 34
    case 'pk_h':
      return 24
    case 'older':
    case 'after':
      return 1 + numberSize(k)
    case 'sha256':
    case 'hash256':
      return 39
    case 'ripemd160':
    case 'hash160':
      return 27
    case 'multi':
      return 1 + numberSize(keys.length) + numberSize(k) + 34 * keys.length
    case 'multi_a':
      return 34 * keys.length + numberSize(k) + 1
    case 'and_v':
      return inside
    case 'v':
      return inside + (hasAll(subs[0]!.type, 'x') ? 1 : 0)
    case 's':
    case 'c':
    case 'n':
    case 'and_b':
    case 'or_b':
      return inside + 1
    case 'a':
    case 'or_c':
      return inside + 2
    case 'd':
    case 'or_d':
    case 'or_i':
    case 'andor':
      return inside + 3
    case 'j':
      return inside + 4
    case 'thresh':
      return inside + subs.length + numberSize(k)
  }
}
