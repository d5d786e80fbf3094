import { assert, type Result, unwrap } from '@ply/bytes'
import {
  checkBlock,
  checkContextualBlock,
  type Coin,
  type CollectedScript,
  collectInputScripts,
  computeScriptFlags,
  connectBlock,
  LinkedHeader,
  requiredOutpoints,
  type BlockConnection,
} from '@ply/consensus'
import {
  type Block,
  blockMerkleRoot,
  blockWitnessMerkleRoot,
  computeBlockHash,
  decodeBlock,
  outPointMapKey,
  REGTEST,
} from '@ply/primitives'
import type { SignatureCheck } from '@ply/script'
import type { PhaseTimer } from './phases.ts'

/** A block that is valid if these signatures are good. */
export interface PendingBlock {
  readonly checks: readonly SignatureCheck[]
  readonly inputs: number
}

function must<T>(result: Result<T, { readonly reason: string }>): T {
  assert(result.ok, `the benchmark's chain is valid: ${result.ok ? '' : result.error.reason}`)
  return result.value
}

/** Connects one serialised block after another to coins in memory, all rules checked but the signatures. */
export class ChainValidator {
  readonly #coins = new Map<string, Coin>()
  /** Told how long each phase takes. */
  timer: PhaseTimer
  #tip = new LinkedHeader(REGTEST.genesis.header, undefined)

  constructor(timer: PhaseTimer) {
    this.timer = timer
  }

  /** Coins in memory. */
  get coinCount(): number {
    return this.#coins.size
  }

  /** Checks and connects a block; what is left are its signatures. */
  connect(bytes: Uint8Array): PendingBlock {
    const { timer } = this
    const block = timer.time('parse', () => unwrap(decodeBlock(bytes)))
    timer.time('hash', () => {
      computeBlockHash(block.header)
      blockMerkleRoot(block)
      blockWitnessMerkleRoot(block)
    })
    timer.time('block rules', () => {
      must(checkBlock(block, REGTEST))
      must(checkContextualBlock(block, this.#tip, REGTEST))
    })
    const connection = timer.time('coins', () => this.#applyCoins(block))
    const scripts = timer.time('scripts', () => this.#collectScripts(block, connection))
    this.#tip = new LinkedHeader(block.header, this.#tip)
    return { checks: scripts.flatMap((script) => script.checks), inputs: connection.undo.flat().length }
  }

  #applyCoins(block: Block): BlockConnection {
    const context = { parameters: REGTEST, previous: this.#tip, checkScripts: false }
    const coins = this.#coins
    const loaded = new Map<string, Coin | undefined>()
    for (const outpoint of requiredOutpoints(block, context)) {
      const key = outPointMapKey(outpoint)
      loaded.set(key, coins.get(key))
    }
    const view = { get: (outpoint: Parameters<typeof outPointMapKey>[0]) => loaded.get(outPointMapKey(outpoint)) }
    const connection = must(connectBlock(block, view, context))
    for (const outpoint of connection.delta.spent) coins.delete(outPointMapKey(outpoint))
    for (const [outpoint, coin] of connection.delta.created) coins.set(outPointMapKey(outpoint), coin)
    return connection
  }

  #collectScripts(block: Block, { undo }: BlockConnection): CollectedScript[] {
    const flags = computeScriptFlags(computeBlockHash(block.header), this.#tip.height + 1, REGTEST)
    return undo.flatMap((coins, i) => {
      const collected = collectInputScripts(block.transactions[i + 1]!, coins, flags)
      assert(collected.ok, `the benchmark's scripts are valid: ${collected.ok ? '' : collected.error.error}`)
      return collected.value
    })
  }
}
