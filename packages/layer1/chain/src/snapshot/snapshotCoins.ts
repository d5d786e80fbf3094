import { ByteWriter, compareBytes, equalBytes } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import type { OutPoint, Txid } from '@ply/primitives'
import { writeCoin } from '../store/coinCodec.ts'
import { writeSmallVarint } from '../store/varint.ts'
import { writeSnapshotScript } from './snapshotScript.ts'

type IndexedCoin = readonly [index: number, coin: Coin]

/** Up to here, numbers come in the same order as their varints. */
const LAST_IN_ORDER = 0x7f + 0x80 * 0x80

const encodeVarint = (value: number): Uint8Array => {
  const writer = new ByteWriter(5)
  writeSmallVarint(writer, value)
  return writer.finish()
}

/** Bitcoin Core writes a transaction's coins in the order of its database, whose keys end in a varint. */
function inDatabaseOrder(coins: IndexedCoin[]): IndexedCoin[] {
  if (coins.at(-1)![0] <= LAST_IN_ORDER) return coins
  const keyed = coins.map((coin) => ({ coin, key: encodeVarint(coin[0]) }))
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ coin }) => coin)
}

/** Encodes coins for a snapshot file, those of a transaction together. They come in order of txid and index. */
export class SnapshotCoins {
  #txid: Txid | undefined
  #coins: IndexedCoin[] = []

  /** Returns the bytes of the transaction before, if this coin is of another. */
  add({ txid, index }: OutPoint, coin: Coin): Uint8Array | undefined {
    const isSame = this.#txid !== undefined && equalBytes(this.#txid, txid)
    const done = isSame ? undefined : this.finish()
    this.#txid = txid
    this.#coins.push([index, coin])
    return done
  }

  /** The bytes of the last transaction; undefined if there is none. */
  finish(): Uint8Array | undefined {
    if (this.#txid === undefined || this.#coins.length === 0) return undefined
    const writer = new ByteWriter(64 + 40 * this.#coins.length).bytes(this.#txid).compactSize(this.#coins.length)
    for (const [index, coin] of inDatabaseOrder(this.#coins)) {
      writer.compactSize(index)
      writeCoin(writer, coin, writeSnapshotScript)
    }
    this.#coins = []
    return writer.finish()
  }
}
