import { ByteReader, concatBytes, type DecodeError, type Result, tryDecode } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import type { Txid, Wtxid } from '@ply/primitives'

const VERSION_LENGTH = 4
const LOCK_TIME_LENGTH = 4
const OUTPOINT_LENGTH = 36
const SEQUENCE_LENGTH = 4
const VALUE_LENGTH = 8

/**
 * The ids of a serialised transaction, without taking it apart: one that is too large shall not take many times its size
 * in memory besides. Its witnesses are not looked at. Violations: those of the codec.
 */
export function readTxIds(payload: Uint8Array): Result<{ readonly txid: Txid; readonly wtxid: Wtxid }, DecodeError> {
  return tryDecode(() => {
    const reader = new ByteReader(payload)
    const version = reader.view(VERSION_LENGTH)
    const wtxid = hash256(payload)
    // BIP 144: no inputs, and then a flag.
    if (reader.peek() !== 0) return { txid: wtxid as Txid, wtxid: wtxid as Wtxid }
    reader.view(2)
    const start = reader.offset
    for (let inputs = reader.compactSize(); inputs > 0; inputs--) {
      reader.view(OUTPOINT_LENGTH)
      reader.view(reader.compactSize())
      reader.view(SEQUENCE_LENGTH)
    }
    for (let outputs = reader.compactSize(); outputs > 0; outputs--) {
      reader.view(VALUE_LENGTH)
      reader.view(reader.compactSize())
    }
    const stripped = [version, reader.span(start, reader.offset), payload.subarray(-LOCK_TIME_LENGTH)]
    return { txid: hash256(concatBytes(...stripped)) as Txid, wtxid: wtxid as Wtxid }
  })
}
