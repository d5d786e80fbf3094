import type { Miniscript } from './fragment.ts'
import { isWithinLimits, maxScriptSize } from './limits.ts'
import { foldMiniscript } from './miniscript.ts'
import { hasAll } from './properties.ts'
import { isPossible } from './trace.ts'

/** What is wrong with a part of an expression. */
export interface Insanity {
  /** The innermost part that shows it. */
  readonly node: Miniscript
  /** In Bitcoin Core's words, to stand behind the text of the part. */
  readonly reason: string
}

const UNSATISFIABLE = 'is not satisfiable'

/** True if the types fit together and the script is not too long. */
export const isValid = ({ type, scriptSize, context }: Miniscript): boolean =>
  type !== 0 && scriptSize <= maxScriptSize(context)

/** What is known of a part: its keys, undefined where one stands in it twice, and the first part that is not sane. */
interface Findings {
  readonly keys: Set<string> | undefined
  readonly insane: Miniscript | undefined
}

/** All keys together; undefined where one comes twice. The largest set takes in the others. */
function uniteKeys(own: readonly string[], subs: readonly Findings[]): Set<string> | undefined {
  let united = new Set(own)
  if (united.size < own.length) return undefined
  for (const { keys } of subs) {
    if (!keys) return undefined
    const [small, large] = keys.size < united.size ? [keys, united] : [united, keys]
    const size = small.size + large.size
    for (const key of small) large.add(key)
    if (large.size < size) return undefined
    united = large
  }
  return united
}

/** Whether an expression means what it seems to, and can always be satisfied safely; keys are compared by their names. */
const isSanePart = (node: Miniscript, hasDuplicates: boolean): boolean =>
  isValid(node) && isWithinLimits(node) && hasAll(node.type, 'mk') && !hasDuplicates

function explain(node: Miniscript, isRoot: boolean, hasDuplicates: boolean): string {
  if (!isValid(node)) return 'is invalid'
  if (!hasAll(node.type, 'm')) return 'is not sane: malleable witnesses exist'
  if (isRoot && !hasAll(node.type, 's')) return 'is not sane: witnesses without signature exist'
  if (!hasAll(node.type, 'k')) return 'is not sane: contains mixes of timelocks expressed in blocks and seconds'
  if (hasDuplicates) return 'is not sane: contains duplicate public keys'
  if (!isWithinLimits(node)) return 'is not sane: needs witnesses that may exceed resource limits'
  return 'is not sane'
}

/**
 * Why an expression should not be used: its types do not fit (BIP 379), its witnesses may be changed by others or need no
 * signature, it mixes kinds of locks, has a key twice, may break limits, or cannot be satisfied. Undefined for a sane one.
 * `keyNames` tell keys apart.
 */
export function explainInsanity(root: Miniscript, keyNames: readonly string[]): Insanity | undefined {
  // Sets are passed on upwards and so only the last one is whole; what each node needs is whether it has one.
  const duplicates = new Set<Miniscript>()
  const { insane } = foldMiniscript<Findings>(root, (node, subs) => {
    const own = node.keys.map((place) => keyNames[place]!)
    const keys = uniteKeys(own, subs)
    if (!keys) duplicates.add(node)
    const inner = subs.find((sub) => sub.insane)?.insane
    return { keys, insane: inner ?? (isSanePart(node, !keys) ? undefined : node) }
  })
  if (insane) return { node: insane, reason: explain(insane, insane === root, duplicates.has(insane)) }
  if (!hasAll(root.type, 'Bs')) return { node: root, reason: explain(root, true, false) }
  return isPossible(root.cost.sat) ? undefined : { node: root, reason: UNSATISFIABLE }
}

/** True if nothing is wrong with an expression, but that it may never be satisfied: as good a lock as any. */
export const isSane = (root: Miniscript, keyNames: readonly string[]): boolean =>
  (explainInsanity(root, keyNames)?.reason ?? UNSATISFIABLE) === UNSATISFIABLE
