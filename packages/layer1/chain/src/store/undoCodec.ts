import { decodeExact, type DecodeError, encodeWith, type Result } from '@ply/bytes'
import type { BlockUndo, Coin } from '@ply/consensus'
import { readCoin, writeCoin } from './coinCodec.ts'

/** The coins that a block spent: for each transaction after the coinbase, one per input in order. */
export function encodeUndo(undo: BlockUndo): Uint8Array {
  return encodeWith((writer) => {
    writer.compactSize(undo.length)
    for (const coins of undo) {
      writer.compactSize(coins.length)
      for (const coin of coins) writeCoin(writer, coin)
    }
  })
}

/** Violations as those of `decodeCoin`. */
export function decodeUndo(bytes: Uint8Array): Result<BlockUndo, DecodeError> {
  return decodeExact(bytes, (reader) => {
    const undo: Coin[][] = []
    const count = reader.compactSize()
    for (let i = 0; i < count; i++) {
      const coins: Coin[] = []
      const inputs = reader.compactSize()
      for (let j = 0; j < inputs; j++) coins.push(readCoin(reader))
      undo.push(coins)
    }
    return undo
  })
}
