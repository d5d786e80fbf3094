import { equalBytes, err, ok, type Result } from '@ply/bytes'
import { checkMutation } from '@ply/consensus'
import { type Block, type BlockHeader, computeWtxid, type Transaction } from '@ply/primitives'
import type { CompactBlock } from '../../message/cmpctblock.ts'
import { createShortIds } from './shortId.ts'
import { ShortIdPlaces } from './shortIdPlaces.ts'

/** No block has more: a transaction takes 60 bytes at least, each four units of weight. */
const MAX_TRANSACTIONS = 4_000_000 / (4 * 60)
const MAX_PLACE = 0xffff

/** `invalid`: nobody honest sends that. `failed`: two transactions share a short id, which happens by chance. */
export type PartialBlockProblem = 'invalid' | 'failed'

export interface TransactionSources {
  readonly pool: Iterable<Transaction>
  /** Transactions that are not in the pool but were seen lately. */
  readonly extra: readonly Transaction[]
}

/** A block of which we have the header and some transactions (BIP 152). */
export class PartialBlock {
  readonly header: BlockHeader
  readonly #transactions: (Transaction | undefined)[]
  readonly #prefilled: number
  readonly #fromExtra: number

  private constructor(
    header: BlockHeader,
    transactions: (Transaction | undefined)[],
    counts: { readonly prefilled: number; readonly fromExtra: number },
  ) {
    this.header = header
    this.#transactions = transactions
    this.#prefilled = counts.prefilled
    this.#fromExtra = counts.fromExtra
  }

  /** Puts in what came with the block and what `sources` have of it. */
  static create(message: CompactBlock, sources: TransactionSources): Result<PartialBlock, PartialBlockProblem> {
    const { header, shortIds, prefilled } = message
    const count = shortIds.length + prefilled.length
    if (count === 0 || count > MAX_TRANSACTIONS) return err('invalid')
    const transactions = placePrefilled(message)
    if (!transactions) return err('invalid')
    const places = new ShortIdPlaces(shortIds, transactions)
    if (places.hasDuplicates) return err('failed')
    const shortId = createShortIds(header, message.nonce)
    const finder = new Finder(transactions, places)
    for (const tx of sources.pool) {
      finder.offer(shortId(computeWtxid(tx)), tx)
      if (finder.found === shortIds.length) break
    }
    const fromPool = finder.found
    for (const tx of sources.extra) {
      if (finder.found === shortIds.length) break
      finder.offer(shortId(computeWtxid(tx)), tx)
    }
    const fromExtra = Math.max(0, finder.found - fromPool)
    return ok(new PartialBlock(header, transactions, { prefilled: prefilled.length, fromExtra }))
  }

  /** Places of the transactions that we lack, ascending. */
  missing(): number[] {
    return this.#transactions.flatMap((tx, place) => (tx ? [] : [place]))
  }

  /**
   * The block with `rest` in the places that were missing. `invalid` if their number differs, `failed` if the header
   * does not commit to what came together: by chance another transaction has the same short id.
   */
  complete(rest: readonly Transaction[], segwitActive: boolean): Result<Block, PartialBlockProblem> {
    let next = 0
    const transactions = this.#transactions.map((tx) => tx ?? rest[next++])
    if (next !== rest.length) return err('invalid')
    const block = { header: this.header, transactions: transactions as Transaction[] }
    return checkMutation(block, segwitActive).ok ? ok(block) : err('failed')
  }

  /** Where its transactions are from, for the log. */
  describe(requested: number): string {
    const count = this.#transactions.length - this.#prefilled - requested
    const pool = `${count} txn from mempool (incl at least ${this.#fromExtra} from extra pool)`
    return `${this.#prefilled} txn prefilled, ${pool} and ${requested} txn`
  }
}

/** The block's places with what came with it; undefined if that lies outside. */
function placePrefilled({ shortIds, prefilled }: CompactBlock): (Transaction | undefined)[] | undefined {
  const transactions = new Array<Transaction | undefined>(shortIds.length + prefilled.length).fill(undefined)
  let place = -1
  for (const [i, { skip, tx }] of prefilled.entries()) {
    place += skip + 1
    // Beyond all short ids there would be places for which nothing came at all.
    if (place > MAX_PLACE || place > shortIds.length + i) return undefined
    if (tx.inputs.length === 0 && tx.outputs.length === 0) return undefined
    transactions[place] = tx
  }
  return transactions
}

/** Puts transactions in their places. */
class Finder {
  found = 0
  readonly #transactions: (Transaction | undefined)[]
  readonly #places: ShortIdPlaces
  /** Places for which there was a transaction, be it one too many. */
  readonly #seen = new Set<number>()

  constructor(transactions: (Transaction | undefined)[], places: ShortIdPlaces) {
    this.#transactions = transactions
    this.#places = places
  }

  offer(shortId: number, tx: Transaction): void {
    const place = this.#places.find(shortId)
    if (place === undefined) return
    const before = this.#transactions[place]
    if (!this.#seen.has(place)) {
      this.#seen.add(place)
      this.#transactions[place] = tx
      this.found++
    } else if (before && !equalBytes(computeWtxid(before), computeWtxid(tx))) {
      // Which of the two it is the sender knows.
      this.#transactions[place] = undefined
      this.found--
    }
  }
}
