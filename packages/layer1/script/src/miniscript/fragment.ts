import type { Cost } from './trace.ts'
import type { Properties } from './properties.ts'

/** Where the script stands: in `wsh()`, or in a leaf of `tr()`. */
export type MiniscriptContext = 'wsh' | 'tapscript'

export type HashFragment = 'sha256' | 'hash256' | 'ripemd160' | 'hash160'
/** A wrapper takes one expression and is written as a letter in front of it. */
export type Wrapper = 'a' | 's' | 'c' | 'd' | 'v' | 'j' | 'n'
export type Combinator = 'andor' | 'and_v' | 'and_b' | 'or_b' | 'or_c' | 'or_d' | 'or_i' | 'thresh'

/**
 * The fragments of BIP 379, by their names. Its shorthands are written with others: `t:X` is `and_v(X,1)`, `l:X` is
 * `or_i(0,X)`, `u:X` is `or_i(X,0)`, `and_n(X,Y)` is `andor(X,Y,0)`, `pk(K)` is `c:pk_k(K)`, `pkh(K)` is `c:pk_h(K)`.
 */
export type Fragment =
  '0' | '1' | 'pk_k' | 'pk_h' | 'older' | 'after' | 'multi' | 'multi_a' | HashFragment | Wrapper | Combinator

/** A fragment with its arguments. */
export interface MiniscriptNode {
  readonly context: MiniscriptContext
  readonly fragment: Fragment
  readonly subs: readonly Miniscript[]
  /** Of `pk_k`, `pk_h`, `multi`, `multi_a`: places in a list of keys that stands beside the expression. */
  readonly keys: readonly number[]
  /** The lock of `older` and `after`, the threshold of `thresh`, `multi`, `multi_a`; else 0. */
  readonly k: number
  /** Of the hash fragments; else empty. */
  readonly hash: Uint8Array
}

/** A miniscript expression (BIP 379), and what follows from its form. It may be one that breaks the type rules: `type` is 0 then. */
export interface Miniscript extends MiniscriptNode {
  readonly type: Properties
  /** Length of its script in bytes. */
  readonly scriptSize: number
  readonly cost: Cost
}
