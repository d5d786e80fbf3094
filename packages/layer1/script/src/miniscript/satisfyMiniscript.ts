import type { HashFragment, Miniscript } from './fragment.ts'
import { foldMiniscript } from './miniscript.ts'
import {
  both,
  choose,
  EMPTY_ITEM,
  item,
  markMalleable,
  NOTHING,
  ONE_ITEM,
  stackItems,
  type Way,
  withSignature,
} from './way.ts'

/** What a signer has to satisfy an expression with; keys are named by their places. */
export interface MiniscriptSatisfier {
  readonly publicKey: (place: number) => Uint8Array
  readonly signature: (place: number) => Uint8Array | undefined
  /** 32 bytes. */
  readonly preimage: (fragment: HashFragment, hash: Uint8Array) => Uint8Array | undefined
  /** Whether the input's sequence is old enough (BIP 112). */
  readonly isOlder: (lock: number) => boolean
  /** Whether the transaction's lock time is late enough (BIP 65). */
  readonly isAfter: (lock: number) => boolean
}

/** The best ways to satisfy an expression and not to; undefined where there is none. */
interface Ways {
  readonly sat: Way | undefined
  readonly dsat: Way | undefined
}

/** Anything of 32 bytes but the preimage: whoever sees it can put another in its place. */
const WRONG_PREIMAGE: Way = markMalleable(item(new Uint8Array(32)))!

const signed = (signature: Uint8Array | undefined): Way | undefined => signature && withSignature(item(signature))

/**
 * The best ways to satisfy any number of parts, by that number. Each part gives what to put on the stack before what came
 * so far.
 */
function chooseCounts(parts: readonly Ways[], start: Way): (Way | undefined)[] {
  let ways: (Way | undefined)[] = [start]
  for (const { sat, dsat } of parts) {
    const next: (Way | undefined)[] = []
    for (let count = 0; count <= ways.length; count++) {
      next.push(choose(both(ways[count], dsat), count === 0 ? undefined : both(ways[count - 1], sat)))
    }
    // Nothing above the highest number that can be reached.
    while (next.length > 1 && next.at(-1) === undefined) next.pop()
    ways = next
  }
  return ways
}

function satisfyThreshold(subs: readonly Ways[], k: number): Ways {
  const ways = chooseCounts(subs.toReversed(), NOTHING)
  // All but k satisfied ones dissatisfy it; only none at all can be told from the others by nobody.
  const dsat = ways.reduce<Way | undefined>((best, way, count) => {
    if (count === k) return best
    return choose(best, count === 0 ? way : markMalleable(way))
  }, undefined)
  return { sat: ways[k], dsat }
}

/** CHECKMULTISIG wants signatures in the order of the keys, and takes an item too many. */
function satisfyMulti({ keys, k }: Miniscript, { signature }: MiniscriptSatisfier): Ways {
  const parts = keys.map((place) => ({ sat: signed(signature(place)), dsat: NOTHING }))
  return { sat: chooseCounts(parts, EMPTY_ITEM)[k], dsat: both(EMPTY_ITEM, repeatEmpty(k)) }
}

/** The first key's signature lies on top, an empty item for each key that does not sign. */
function satisfyMultiA({ keys, k }: Miniscript, { signature }: MiniscriptSatisfier): Ways {
  const parts = keys.map((place) => ({ sat: signed(signature(place)), dsat: EMPTY_ITEM })).reverse()
  return { sat: chooseCounts(parts, NOTHING)[k], dsat: repeatEmpty(keys.length) }
}

const repeatEmpty = (count: number): Way =>
  Array.from({ length: count }).reduce<Way>((way) => both(way, EMPTY_ITEM)!, NOTHING)

/** The ways of an expression, of its parts' (BIP 379, "Satisfaction"). */
function findWays(node: Miniscript, subs: readonly Ways[], satisfier: MiniscriptSatisfier): Ways {
  const { fragment, k, hash } = node
  const [x, y, z] = subs as [Ways, Ways, Ways]
  switch (fragment) {
    case '0':
      return { sat: undefined, dsat: NOTHING }
    case '1':
      return { sat: NOTHING, dsat: undefined }
    case 'pk_k':
      return { sat: signed(satisfier.signature(node.keys[0]!)), dsat: EMPTY_ITEM }
    case 'pk_h': {
      const key = item(satisfier.publicKey(node.keys[0]!))
      return { sat: both(signed(satisfier.signature(node.keys[0]!)), key), dsat: both(EMPTY_ITEM, key) }
    }
    case 'older':
      return { sat: satisfier.isOlder(k) ? NOTHING : undefined, dsat: undefined }
    case 'after':
      return { sat: satisfier.isAfter(k) ? NOTHING : undefined, dsat: undefined }
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160': {
      const preimage = satisfier.preimage(fragment, hash)
      return { sat: preimage && item(preimage), dsat: WRONG_PREIMAGE }
    }
    case 'multi':
      return satisfyMulti(node, satisfier)
    case 'multi_a':
      return satisfyMultiA(node, satisfier)
    case 'a':
    case 's':
    case 'c':
    case 'n':
      return x
    case 'd':
      return { sat: both(x.sat, ONE_ITEM), dsat: EMPTY_ITEM }
    case 'j': {
      // Another dissatisfaction of X, that needs no signature, would do as well as the empty item.
      const malleable = x.dsat !== undefined && !x.dsat.hasSignature
      return { sat: x.sat, dsat: malleable ? markMalleable(EMPTY_ITEM) : EMPTY_ITEM }
    }
    case 'v':
      return { sat: x.sat, dsat: undefined }
    case 'and_v':
      return { sat: both(y.sat, x.sat), dsat: both(y.dsat, x.sat) }
    case 'and_b': {
      const mixed = choose(markMalleable(both(y.sat, x.dsat)), markMalleable(both(y.dsat, x.sat)))
      return { sat: both(y.sat, x.sat), dsat: choose(both(y.dsat, x.dsat), mixed) }
    }
    case 'or_b': {
      const one = choose(both(y.dsat, x.sat), both(y.sat, x.dsat))
      return { sat: choose(one, markMalleable(both(y.sat, x.sat))), dsat: both(y.dsat, x.dsat) }
    }
    case 'or_c':
      return { sat: choose(x.sat, both(y.sat, x.dsat)), dsat: undefined }
    case 'or_d':
      return { sat: choose(x.sat, both(y.sat, x.dsat)), dsat: both(y.dsat, x.dsat) }
    case 'or_i':
      return {
        sat: choose(both(x.sat, ONE_ITEM), both(y.sat, EMPTY_ITEM)),
        dsat: choose(both(x.dsat, ONE_ITEM), both(y.dsat, EMPTY_ITEM)),
      }
    case 'andor':
      return {
        sat: choose(both(y.sat, x.sat), both(z.sat, x.dsat)),
        dsat: choose(both(y.dsat, x.sat), both(z.dsat, x.dsat)),
      }
    case 'thresh':
      return satisfyThreshold(subs, k)
  }
}

/** A witness for an expression, without the script. */
export interface MiniscriptSatisfaction {
  readonly stack: readonly Uint8Array[]
  /** True if somebody else can make another valid witness of it. */
  readonly malleable: boolean
}

/**
 * The smallest witness with what the satisfier has, of those that nobody can change if there are any (BIP 379). Undefined
 * while something is missing.
 */
export function satisfyMiniscript(
  root: Miniscript,
  satisfier: MiniscriptSatisfier,
): MiniscriptSatisfaction | undefined {
  const { sat } = foldMiniscript<Ways>(root, (node, subs) => findWays(node, subs, satisfier))
  return sat && { stack: stackItems(sat), malleable: sat.malleable || !sat.hasSignature }
}
