import { ByteReader, concatBytes, DecodeError, err, ok, type Result } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { isMoneyRange, type OutPoint, type Txid } from '@ply/primitives'
import { readCoin } from '../store/coinCodec.ts'
import { readSnapshotScript } from './snapshotScript.ts'

/** No script that ever was in a block is longer: what claims to be is not waited for. */
const MAX_WAITING = 8 << 20

export interface ExpectedCoins {
  /** How many there should be. */
  readonly coins: number
  /** Of the block that they are as of. */
  readonly height: number
}

/** A coin of a snapshot file that cannot be one, in Bitcoin Core's words. */
export interface SnapshotViolation {
  readonly message: string
}

/** Takes apart the coins of a snapshot file as its bytes come. */
export class SnapshotDecoder {
  readonly #expected: ExpectedCoins
  #waiting: Uint8Array = new Uint8Array(0)
  #txid: Txid | undefined
  /** Coins of that transaction that are still to come. */
  #ofTransaction = 0
  #done = 0

  constructor(expected: ExpectedCoins) {
    this.#expected = expected
  }

  /** Coins so far. */
  get done(): number {
    return this.#done
  }

  /** The coins that end in these further bytes. After a violation it is of no use any more. */
  push(bytes: Uint8Array): Result<(readonly [OutPoint, Coin])[], SnapshotViolation> {
    const reader = new ByteReader(this.#waiting.length === 0 ? bytes : concatBytes(this.#waiting, bytes))
    const coins: (readonly [OutPoint, Coin])[] = []
    let end = 0
    try {
      while (!this.#isComplete && reader.remaining > 0) {
        const violation = this.#ofTransaction === 0 ? this.#readTransaction(reader) : this.#readCoin(reader, coins)
        if (violation) return err(violation)
        end = reader.offset
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      if (error.code !== 'end-of-data' || reader.span(end, Infinity).length > MAX_WAITING) return err(this.#truncated)
    }
    this.#waiting = reader.span(end, Infinity).slice()
    return ok(coins)
  }

  /** Whether there is nothing but these coins. */
  finish(): Result<undefined, SnapshotViolation> {
    if (!this.#isComplete) return err(this.#truncated)
    if (this.#waiting.length === 0) return ok(undefined)
    return err({ message: `Bad snapshot - coins left over after deserializing ${this.#expected.coins} coins` })
  }

  get #isComplete(): boolean {
    return this.#done === this.#expected.coins
  }

  get #truncated(): SnapshotViolation {
    return { message: `Bad snapshot format or truncated snapshot after deserializing ${this.#done} coins` }
  }

  #readTransaction(reader: ByteReader): SnapshotViolation | undefined {
    const txid = reader.bytes(32) as Txid
    const count = reader.compactSize()
    if (count > this.#expected.coins - this.#done) {
      return { message: 'Mismatch in coins count in snapshot metadata and actual snapshot data' }
    }
    this.#txid = txid
    this.#ofTransaction = count
    return undefined
  }

  #readCoin(reader: ByteReader, coins: (readonly [OutPoint, Coin])[]): SnapshotViolation | undefined {
    const index = reader.compactSize()
    const coin = readCoin(reader, readSnapshotScript)
    const where = `Bad snapshot data after deserializing ${this.#done} coins`
    if (coin.height > this.#expected.height) return { message: where }
    if (!isMoneyRange(coin.output.value)) return { message: `${where} - bad tx out value` }
    coins.push([{ txid: this.#txid!, index }, coin])
    this.#ofTransaction--
    this.#done++
    return undefined
  }
}
