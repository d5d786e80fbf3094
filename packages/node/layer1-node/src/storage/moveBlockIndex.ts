import { BLOCK_INDEX_RANGE } from '@ply/chain'
import type { Logger, Store, StoreOp, StoreRange } from '@ply/ports'

/** Index entries and the marks `R`, `T` and `W`: everything but the coins and the tip that they belong to. */
const MOVED: readonly StoreRange[] = [
  BLOCK_INDEX_RANGE,
  ...['R', 'T', 'W'].map((letter) => {
    const code = letter.charCodeAt(0)
    return { gte: Uint8Array.of(code), lt: Uint8Array.of(code + 1) }
  }),
]
const AT_ONCE = 10_000

/** True if the store holds nothing in `range`. */
export async function isEmpty(store: Store, range: StoreRange): Promise<boolean> {
  for await (const _ of store.iterate({ ...range, limit: 1 })) return false
  return true
}

/** Applies `toOp` to all that moves, a part at a time. */
async function forEach(from: Store, to: Store, toOp: (key: Uint8Array, value: Uint8Array) => StoreOp): Promise<void> {
  const ops: StoreOp[] = []
  for (const range of MOVED) {
    for await (const [key, value] of from.iterate(range)) {
      ops.push(toOp(key, value))
      if (ops.length >= AT_ONCE) await to.batch(ops.splice(0))
    }
  }
  await to.batch(ops, { sync: true })
}

/**
 * Data directories of before had the block index in the store of the coins: takes it from there. What a crash interrupts
 * is done again by the next start, as nothing leaves its old place before all of it is in the new one.
 */
export async function moveBlockIndex(coins: Store, index: Store, logger: Logger): Promise<void> {
  if (await isEmpty(coins, BLOCK_INDEX_RANGE)) return
  logger.log('info', 'Moving the block index out of the chainstate')
  await forEach(coins, index, (key, value) => ({ type: 'put', key, value }))
  await forEach(coins, coins, (key) => ({ type: 'del', key }))
}
