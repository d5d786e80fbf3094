/** Items to put on a stack: one, or those of two lists; undefined for none. The last one lies on top. */
type Items = Uint8Array | readonly [Items, Items] | undefined

/** A way to satisfy an expression, or not to. */
export interface Way {
  readonly items: Items
  /** Bytes of the witness, with the length in front of each item. */
  readonly size: number
  readonly hasSignature: boolean
  /** True if somebody else can make another way of it. */
  readonly malleable: boolean
}

export const NOTHING: Way = { items: undefined, size: 0, hasSignature: false, malleable: false }

/** One item of at most 252 bytes. */
export const item = (bytes: Uint8Array): Way => ({ ...NOTHING, items: bytes, size: 1 + bytes.length })

export const EMPTY_ITEM: Way = item(new Uint8Array(0))
export const ONE_ITEM: Way = item(Uint8Array.of(1))

export const withSignature = (way: Way): Way => ({ ...way, hasSignature: true })

export const markMalleable = (way: Way | undefined): Way | undefined => way && { ...way, malleable: true }

/** The items of the one below those of the other. */
export const both = (below: Way | undefined, above: Way | undefined): Way | undefined =>
  below &&
  above && {
    items: below.items && above.items ? [below.items, above.items] : (below.items ?? above.items),
    size: below.size + above.size,
    hasSignature: below.hasSignature || above.hasSignature,
    malleable: below.malleable || above.malleable,
  }

/**
 * The better way of two. One without a signature must be taken, as anybody could take it; of two with signatures the one
 * that nobody can change, else the smaller one.
 */
export function choose(a: Way | undefined, b: Way | undefined): Way | undefined {
  if (!a || !b) return a ?? b
  if (a.hasSignature !== b.hasSignature) return a.hasSignature ? b : a
  const smaller = a.size <= b.size ? a : b
  if (!a.hasSignature) return markMalleable(smaller)
  if (a.malleable !== b.malleable) return a.malleable ? b : a
  return smaller
}

/** The stack of a way, the item on top last. */
export function stackItems({ items }: Way): Uint8Array[] {
  const stack: Uint8Array[] = []
  for (const pending: Items[] = [items]; pending.length > 0;) {
    const next = pending.pop()
    if (next instanceof Uint8Array) stack.push(next)
    else if (next) pending.push(next[1], next[0])
  }
  return stack
}
