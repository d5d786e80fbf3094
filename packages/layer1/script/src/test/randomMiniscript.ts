import type { Random } from '@ply/testkit'
import type { Fragment, HashFragment, Miniscript, MiniscriptContext, Wrapper } from '../miniscript/fragment.ts'
import { isValid } from '../miniscript/insanity.ts'
import { createMiniscript } from '../miniscript/miniscript.ts'
import { hasAll } from '../miniscript/properties.ts'
import { hashOf, KEYS } from './challenges.ts'

/** Heights and times of both kinds, small and large. */
const LOCKS: readonly number[] = [1, 16, 17, 144, 65535, 0x00400001, 0x0040ffff]
const LOCK_TIMES: readonly number[] = [1, 127, 128, 499_999_999, 500_000_000, 1_700_000_000]
const COMBINATORS = ['and_v', 'and_b', 'or_b', 'or_c', 'or_d', 'or_i'] as const
const WRAPPERS: readonly Wrapper[] = ['a', 's', 'c', 'd', 'v', 'j', 'n']
const HASH_FRAGMENTS: readonly HashFragment[] = ['sha256', 'hash256', 'ripemd160', 'hash160']

interface Growth {
  readonly context: MiniscriptContext
  readonly random: Random
  readonly keys: Uint8Array[]
}

/** A key, seldom one that is there already. */
function place({ context, random, keys }: Growth): number {
  if (keys.length > 0 && random.chance(0.02)) return random.below(keys.length)
  const key = KEYS[random.below(KEYS.length)]!
  return keys.push(context === 'wsh' ? key : key.slice(1)) - 1
}

function leaf(growth: Growth): Miniscript {
  const { context, random } = growth
  const create = (fragment: Fragment, parts?: Parameters<typeof createMiniscript>[2]): Miniscript =>
    createMiniscript(context, fragment, parts)
  const kind = random.below(12)
  if (kind < 5) return create(random.chance(0.7) ? 'pk_k' : 'pk_h', { keys: [place(growth)] })
  if (kind < 6) return create('older', { k: random.pick(LOCKS) })
  if (kind < 7) return create('after', { k: random.pick(LOCK_TIMES) })
  if (kind < 9) {
    const fragment = random.pick(HASH_FRAGMENTS)
    return create(fragment, { hash: hashOf(fragment, 1 + random.below(255)) })
  }
  if (kind < 10) return create(random.chance(0.5) ? '0' : '1')
  const keys = Array.from({ length: 1 + random.below(4) }, () => place(growth))
  return create(context === 'wsh' ? 'multi' : 'multi_a', { keys, k: 1 + random.below(keys.length) })
}

/** Tries to make one expression of some; undefined if their types do not fit. */
function combine(parts: readonly Miniscript[], { context, random }: Growth): Miniscript | undefined {
  const subs = Array.from({ length: 3 }, () => random.pick(parts))
  const choice = random.below(10)
  let node: Miniscript
  if (choice < 4) node = createMiniscript(context, random.pick(WRAPPERS), { subs: subs.slice(0, 1) })
  else if (choice < 8) node = createMiniscript(context, random.pick(COMBINATORS), { subs: subs.slice(0, 2) })
  else if (choice < 9) node = createMiniscript(context, 'andor', { subs })
  else {
    const few = subs.slice(0, 1 + random.below(3))
    node = createMiniscript(context, 'thresh', { subs: few, k: 1 + random.below(few.length) })
  }
  return isValid(node) ? node : undefined
}

/** A valid expression of type B of up to a few dozen fragments. */
export function randomMiniscript(
  context: MiniscriptContext,
  random: Random,
): { readonly root: Miniscript; readonly keys: readonly Uint8Array[] } {
  const growth: Growth = { context, random, keys: [] }
  const parts = Array.from({ length: 2 + random.below(6) }, () => leaf(growth))
  for (let tries = 60 + random.below(200); tries > 0; tries--) {
    const node = combine(parts, growth)
    // What is used is used up most of the time: keys should not come twice.
    if (!node) continue
    if (!random.chance(0.05)) for (const sub of node.subs) if (parts.includes(sub)) parts.splice(parts.indexOf(sub), 1)
    parts.push(node)
    if (random.chance(0.3)) parts.push(leaf(growth))
  }
  const roots = parts.filter(({ type }) => hasAll(type, 'B'))
  const root = roots.reduce<Miniscript | undefined>(
    (best, one) => (best && best.scriptSize >= one.scriptSize ? best : one),
    undefined,
  )
  return root ? { root, keys: growth.keys } : randomMiniscript(context, random)
}
