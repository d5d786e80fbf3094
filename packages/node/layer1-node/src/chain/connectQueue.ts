import { assert, ok, type Result } from '@ply/bytes'
import type { ActiveChain, BlockNode } from '@ply/chain'
import type { BlockViolation, Coin } from '@ply/consensus'
import type { Block, OutPoint } from '@ply/primitives'
import type { BlockSource } from './blockSource.ts'
import { type BlockEffects, type ChainCoins, type CoinsBelow, type StartedBlock, startBlock } from './connectTip.ts'

/** Blocks whose signatures may be under way at once: enough that no thread waits, few enough to hold in memory. */
const BLOCKS_IN_FLIGHT = 3

/** A block and the last word on it. */
export interface JudgedBlock {
  readonly node: BlockNode
  readonly block: Block
  readonly result: Result<BlockEffects, BlockViolation>
}

interface BlockInFlight {
  readonly node: BlockNode
  readonly block: Block
  readonly started: Result<StartedBlock, BlockViolation>
  /** The last word on it is said. */
  isJudged: boolean
}

export type QueuedChain = ChainCoins & { readonly active: ActiveChain; readonly source: BlockSource }

/** The coins on top of blocks whose effects nobody has written yet, as if all of them were good. */
class SpeculativeCoins implements CoinsBelow {
  readonly #chain: ChainCoins
  readonly #inFlight: readonly BlockInFlight[]

  constructor(chain: ChainCoins, inFlight: readonly BlockInFlight[]) {
    this.#chain = chain
    this.#inFlight = inFlight
  }

  #change(outpoint: OutPoint): { readonly coin: Coin | undefined } | undefined {
    for (let i = this.#inFlight.length - 1; i >= 0; i--) {
      const { started } = this.#inFlight[i]!
      const change = started.ok ? started.value.effects.changes.find(outpoint) : undefined
      if (change) return change
    }
    return undefined
  }

  get(outpoint: OutPoint): Coin | undefined {
    const change = this.#change(outpoint)
    return change ? change.coin : this.#chain.coins.get(outpoint)
  }

  load(outpoints: readonly OutPoint[]): Promise<void> {
    return this.#chain.loadCoins(outpoints.filter((outpoint) => !this.#change(outpoint)))
  }
}

/**
 * Blocks that follow the tip one after another: while threads verify the signatures of one, the scripts of the next run
 * here, on top of what the one would do to the coins. Whoever takes the first out applies it to the chain at once, and
 * drops all others where it is bad: then nothing of those was seen by anybody.
 */
export class ConnectQueue {
  readonly #chain: QueuedChain
  readonly #inFlight: BlockInFlight[] = []
  readonly #coins: SpeculativeCoins

  constructor(chain: QueuedChain) {
    this.#chain = chain
    this.#coins = new SpeculativeCoins(chain, this.#inFlight)
  }

  get isEmpty(): boolean {
    return this.#inFlight.length === 0
  }

  get isFull(): boolean {
    return this.#inFlight.length >= BLOCKS_IN_FLIGHT
  }

  /** The last block in it is known to be bad: on top of it there is nothing to judge. */
  get isStuck(): boolean {
    return this.#inFlight.at(-1)?.started.ok === false
  }

  /** What the next block must follow. */
  get last(): BlockNode | undefined {
    return this.#inFlight.at(-1)?.node ?? this.#chain.active.tip
  }

  /** Begins to judge a block that follows the last one. */
  async start(node: BlockNode): Promise<void> {
    assert(!this.isStuck && node.previous === this.last, 'a block is judged on top of the one before it')
    const { block, checked } = await this.#chain.source.readChecked(node)
    const started = checked.ok ? await startBlock(this.#chain, { node, block }, this.#coins) : checked
    const inFlight = { node, block, started, isJudged: !started.ok }
    this.#inFlight.push(inFlight)
    // Nobody waits for the verdict where a block before this one is bad: that it fails must not be missed then.
    if (started.ok) void settle(started.value.verdict).then(() => (inFlight.isJudged = true))
  }

  /** The last word on the first block is said. */
  get isFirstJudged(): boolean {
    return this.#inFlight[0]?.isJudged ?? false
  }

  /** Resolves when it is. */
  async firstVerdict(): Promise<void> {
    const [first] = this.#inFlight
    if (first?.started.ok) await settle(first.started.value.verdict)
  }

  /** Resolves with the last word on the first block, which stays where it is. */
  async judgeFirst(): Promise<JudgedBlock> {
    const { node, block, started } = this.#inFlight[0]!
    if (!started.ok) return { node, block, result: started }
    const verdict = await started.value.verdict
    return { node, block, result: verdict.ok ? ok(started.value.effects) : verdict }
  }

  /** Forgets the first block, which was applied. */
  shift(): void {
    this.#inFlight.shift()
  }

  clear(): void {
    this.#inFlight.length = 0
  }
}

/** Resolves when the promise is settled, in whatever way. */
const settle = (promise: Promise<unknown>): Promise<void> =>
  promise.then(
    () => undefined,
    () => undefined,
  )

/** Judges blocks that follow the tip, each to be applied before the next is asked for; stop at the first bad one. */
export async function* judgeInOrder(chain: QueuedChain, nodes: readonly BlockNode[]): AsyncGenerator<JudgedBlock> {
  const queue = new ConnectQueue(chain)
  for (const node of nodes) {
    if (queue.isStuck) break
    await queue.start(node)
    if (!queue.isFull) continue
    yield await queue.judgeFirst()
    queue.shift()
  }
  while (!queue.isEmpty) {
    yield await queue.judgeFirst()
    queue.shift()
  }
}
