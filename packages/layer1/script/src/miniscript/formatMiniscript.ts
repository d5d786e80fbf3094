import { bytesToHex } from '@ply/bytes'
import type { Miniscript } from './fragment.ts'

/** An expression still to be written, maybe behind the letter of a wrapper. */
interface Pending {
  readonly node: Miniscript
  readonly wrapped: boolean
}
type Piece = string | Pending

/** The letter and the argument of a wrapper, or of a shorthand that is written as one. */
function wrapping({ fragment, subs }: Miniscript): readonly [string, Miniscript] | undefined {
  const [x, y] = subs
  switch (fragment) {
    case 'c':
      // These have names of their own.
      return x!.fragment === 'pk_k' || x!.fragment === 'pk_h' ? undefined : ['c', x!]
    case 'a':
    case 's':
    case 'd':
    case 'v':
    case 'j':
    case 'n':
      return [fragment, x!]
    case 'and_v':
      return y!.fragment === '1' ? ['t', x!] : undefined
    case 'or_i':
      if (x!.fragment === '0') return ['l', y!]
      return y!.fragment === '0' ? ['u', x!] : undefined
    case '0':
    case '1':
    case 'pk_k':
    case 'pk_h':
    case 'older':
    case 'after':
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
    case 'multi':
    case 'multi_a':
    case 'andor':
    case 'and_b':
    case 'or_b':
    case 'or_c':
    case 'or_d':
    case 'thresh':
      return undefined
  }
}

/** A function with its arguments; expressions among them are still to be written. */
const call = (name: string, items: readonly Piece[]): readonly Piece[] => [
  `${name}(`,
  ...items.flatMap((item, i) => (i === 0 ? [item] : [',', item])),
  ')',
]

function expression(node: Miniscript, keys: readonly string[]): readonly Piece[] {
  const { fragment, k, hash } = node
  const nodeKeys = node.keys.map((place) => keys[place]!)
  const subs = node.subs.map((sub): Pending => ({ node: sub, wrapped: false }))
  switch (fragment) {
    case '0':
    case '1':
      return [fragment]
    case 'c': {
      const [key] = node.subs
      return call(key!.fragment === 'pk_k' ? 'pk' : 'pkh', [keys[key!.keys[0]!]!])
    }
    case 'pk_k':
    case 'pk_h':
      return call(fragment, nodeKeys)
    case 'older':
    case 'after':
      return call(fragment, [String(k)])
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160':
      return call(fragment, [bytesToHex(hash)])
    case 'multi':
    case 'multi_a':
      return call(fragment, [String(k), ...nodeKeys])
    case 'thresh':
      return call(fragment, [String(k), ...subs])
    case 'andor':
      return node.subs[2]!.fragment === '0' ? call('and_n', subs.slice(0, 2)) : call(fragment, subs)
    case 'a':
    case 's':
    case 'd':
    case 'v':
    case 'j':
    case 'n':
    case 'and_v':
    case 'and_b':
    case 'or_b':
    case 'or_c':
    case 'or_d':
    case 'or_i':
      return call(fragment, subs)
  }
}

function pieces({ node, wrapped }: Pending, keys: readonly string[]): readonly Piece[] {
  const wrapper = wrapping(node)
  if (wrapper) return [wrapper[0], { node: wrapper[1], wrapped: true }]
  const text = expression(node, keys)
  return wrapped ? [':', ...text] : text
}

/** The text of an expression (BIP 379), in its shortest form; `keys` are the texts of its keys. */
export function formatMiniscript(root: Miniscript, keys: readonly string[]): string {
  const parts: string[] = []
  for (const pending: Piece[] = [{ node: root, wrapped: false }]; pending.length > 0;) {
    const piece = pending.pop()!
    if (typeof piece === 'string') parts.push(piece)
    else for (const next of pieces(piece, keys).toReversed()) pending.push(next)
  }
  return parts.join('')
}
