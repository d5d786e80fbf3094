import { compareBytes, unwrap } from '@ply/bytes'
import { createSerializedUtxoHash } from '@ply/chain'
import {
  checkBlock,
  checkContextualBlock,
  type Coin,
  type CoinsView,
  connectBlock,
  LinkedHeader,
  verifyCollectedChecks,
} from '@ply/consensus'
import { type Block, hashToDisplay, type NetworkParameters, type OutPoint, outPointKey } from '@ply/primitives'

/** The coins after a chain of blocks, from genesis and nothing else, with every rule checked again. */
export class Replay implements CoinsView {
  readonly #parameters: NetworkParameters
  readonly #coins = new Map<string, { readonly outpoint: OutPoint; readonly coin: Coin }>()
  #tip: LinkedHeader

  constructor(parameters: NetworkParameters) {
    this.#parameters = parameters
    this.#tip = new LinkedHeader(parameters.genesis.header, undefined)
  }

  get(outpoint: OutPoint): Coin | undefined {
    return this.#coins.get(outPointKey(outpoint))?.coin
  }

  /** Connects the next block; throws on one that breaks a rule. */
  connect(block: Block): void {
    const context = { parameters: this.#parameters, previous: this.#tip }
    unwrap(checkBlock(block, this.#parameters))
    unwrap(checkContextualBlock(block, this.#tip, this.#parameters))
    const { delta, scripts } = unwrap(connectBlock(block, this, context))
    unwrap(verifyCollectedChecks(scripts))
    for (const outpoint of delta.spent) this.#coins.delete(outPointKey(outpoint))
    for (const [outpoint, coin] of delta.created) this.#coins.set(outPointKey(outpoint), { outpoint, coin })
    this.#tip = new LinkedHeader(block.header, this.#tip)
  }

  /** `hash_serialized_3` of the coins, as `gettxoutsetinfo` writes it. */
  hashCoins(): string {
    const hash = createSerializedUtxoHash()
    const sorted = [...this.#coins.values()].sort(
      (a, b) => compareBytes(a.outpoint.txid, b.outpoint.txid) || a.outpoint.index - b.outpoint.index,
    )
    for (const { outpoint, coin } of sorted) hash.add(outpoint, coin)
    return hashToDisplay(hash.digest())
  }
}
