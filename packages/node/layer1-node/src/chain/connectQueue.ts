import { ok, type Result } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
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
}

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

async function judge({ node, block, started }: BlockInFlight): Promise<JudgedBlock> {
  if (!started.ok) return { node, block, result: started }
  const verdict = await started.value.verdict
  return { node, block, result: verdict.ok ? ok(started.value.effects) : verdict }
}

/**
 * Judges blocks that follow the tip one after another: while threads verify the signatures of one, the scripts of the
 * next run here, on top of what the one would do to the coins. Whoever iterates applies each good block to the chain
 * before asking for the next, and stops at the first bad one: then nothing of those behind it was seen by anybody.
 */
export async function* judgeInOrder(
  chain: ChainCoins & { readonly source: BlockSource },
  nodes: readonly BlockNode[],
): AsyncGenerator<JudgedBlock> {
  const inFlight: BlockInFlight[] = []
  const coins = new SpeculativeCoins(chain, inFlight)
  const start = async (node: BlockNode): Promise<BlockInFlight> => {
    const { block, checked } = await chain.source.readChecked(node)
    const started = checked.ok ? await startBlock(chain, { node, block }, coins) : checked
    // Nobody waits for the verdict where a block before this one is bad.
    if (started.ok) started.value.verdict.catch(() => undefined)
    return { node, block, started }
  }
  for (const node of nodes) {
    // On top of a block that broke a rule there is nothing to judge.
    if (inFlight.at(-1)?.started.ok === false) break
    inFlight.push(await start(node))
    if (inFlight.length < BLOCKS_IN_FLIGHT) continue
    yield await judge(inFlight[0]!)
    inFlight.shift()
  }
  while (inFlight.length > 0) {
    yield await judge(inFlight[0]!)
    inFlight.shift()
  }
}
