import { type ByteReader, type ByteWriter, decodeExact, type DecodeError, encodeWith, type Result } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { sats } from '@ply/primitives'
import { compressAmount, decompressAmount } from './compressedAmount.ts'
import { readCompressedScript, writeCompressedScript } from './compressedScript.ts'
import { readSmallVarint, readVarint, writeSmallVarint, writeVarint } from './varint.ts'

/** Height and coinbase mark in one number, then amount and script, each packed. */
export function writeCoin(writer: ByteWriter, coin: Coin, writeScript = writeCompressedScript): void {
  writeSmallVarint(writer, coin.height * 2 + Number(coin.isCoinbase))
  writeVarint(writer, compressAmount(coin.output.value))
  writeScript(writer, coin.output.scriptPubKey)
}

export function readCoin(reader: ByteReader, readScript = readCompressedScript): Coin {
  const code = readSmallVarint(reader, 0xffffffff)
  const value = sats(BigInt.asIntN(64, decompressAmount(readVarint(reader))))
  const scriptPubKey = readScript(reader)
  return { output: { value, scriptPubKey }, height: Math.floor(code / 2), isCoinbase: code % 2 === 1 }
}

/** A coin as the store keeps it. */
export const encodeCoin = (coin: Coin): Uint8Array => encodeWith((writer) => writeCoin(writer, coin))

/** Violations of the reader, `varint-too-large`, `unknown-script-form`. */
export const decodeCoin = (bytes: Uint8Array): Result<Coin, DecodeError> =>
  decodeExact(bytes, (reader) => readCoin(reader))
