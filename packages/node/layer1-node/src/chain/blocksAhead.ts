import type { BlockNode } from '@ply/chain'
import { ConnectQueue, type JudgedBlock, type QueuedChain } from './connectQueue.ts'

export interface BlocksAheadFields {
  /** Applies a judged block to the chain; false if it is bad. */
  join(judged: JudgedBlock): Promise<boolean>
  /** Has {@link BlocksAhead.joinJudged} called soon, in the chain's turn. */
  joinSoon(): Promise<void>
}

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

/**
 * Blocks that came one after another and are not part of the active chain yet, as their signatures are still being
 * verified: meanwhile the next ones are received, stored, and their scripts run.
 */
export class BlocksAhead {
  readonly #queue: ConnectQueue
  readonly #fields: BlocksAheadFields
  readonly #waiters = new Map<BlockNode, Waiter[]>()
  /** Those that nobody need wait for any more. */
  #left: BlockNode[] = []
  #nodes: BlockNode[] = []
  #watching = false

  constructor(chain: QueuedChain, fields: BlocksAheadFields) {
    this.#queue = new ConnectQueue(chain)
    this.#fields = fields
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty
  }

  /** True if `target` is on top of them, or the last of them; where there are none, on top of the tip. */
  leadTo(target: BlockNode): boolean {
    const { last } = this.#queue
    return last !== undefined && target.ancestor(last.height) === last
  }

  /** Begins to judge all blocks up to `target`, which they lead to. False if one of them is bad: then none is left. */
  async extendTo(target: BlockNode): Promise<boolean> {
    const path: BlockNode[] = []
    for (let at = target; at !== this.#queue.last; at = at.previous!) path.unshift(at)
    for (const node of path) {
      if (this.#queue.isStuck) return this.joinAll()
      await this.#queue.start(node)
      this.#nodes.push(node)
      if (this.#queue.isFull && !(await this.#joinFirst())) return false
    }
    this.#watch()
    return true
  }

  /** Joins those to the chain on which the last word is said. False as for {@link extendTo}. */
  async joinJudged(): Promise<boolean> {
    while (this.#queue.isFirstJudged) if (!(await this.#joinFirst())) return false
    return true
  }

  /** Waits for the last word on each, and joins it to the chain. False as for {@link extendTo}. */
  async joinAll(): Promise<boolean> {
    while (!this.isEmpty) if (!(await this.#joinFirst())) return false
    return true
  }

  async #joinFirst(): Promise<boolean> {
    const isGood = await this.#fields.join(await this.#queue.judgeFirst())
    if (isGood) this.#queue.shift()
    else this.#queue.clear()
    this.#left.push(...this.#nodes.splice(0, isGood ? 1 : this.#nodes.length))
    return isGood
  }

  /** While no further block comes, they are joined as soon as they are judged. */
  #watch(): void {
    if (this.#watching || this.isEmpty) return
    this.#watching = true
    this.#queue
      .firstVerdict()
      .then(() => this.#fields.joinSoon())
      // The chain stopped, and everybody who waits was told.
      .catch(() => undefined)
      .finally(() => {
        this.#watching = false
        this.#watch()
      })
  }

  /**
   * Resolves when none of them is `node` or on top of it: they were joined, or dropped as one before them was bad. Blocks
   * that come later are not waited for.
   */
  settled(node: BlockNode): Promise<void> {
    const last = [...this.#left, ...this.#nodes].findLast((each) => each.ancestor(node.height) === node)
    if (!last) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiters.set(last, [...(this.#waiters.get(last) ?? []), { resolve, reject }])
    })
  }

  /** Tells those who wait for what left, once everybody has heard of the chain as it is now. */
  release(): void {
    for (const node of this.#left.splice(0)) {
      for (const waiter of this.#waiters.get(node) ?? []) waiter.resolve()
      this.#waiters.delete(node)
    }
  }

  /** The chain stopped: nobody waits any longer. */
  fail(error: unknown): void {
    this.#queue.clear()
    this.#nodes = []
    this.#left = []
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(error)
    this.#waiters.clear()
  }
}
