import { bytesToHex } from '@ply/bytes'
import type { Txid } from './hash.ts'

/** Which output of which transaction. */
export interface OutPoint {
  readonly txid: Txid
  /** 0…2³²−1; a coinbase input has 0xffffffff. */
  readonly index: number
}

export const COINBASE_INDEX = 0xffffffff

export function isNullOutPoint(outpoint: OutPoint): boolean {
  return outpoint.index === COINBASE_INDEX && outpoint.txid.every((byte) => byte === 0)
}

/** Two bytes as a UTF-16 unit. */
const unit = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8)

function computeMapKey({ txid: id, index }: OutPoint): string {
  return String.fromCharCode(
    unit(id, 0),
    unit(id, 2),
    unit(id, 4),
    unit(id, 6),
    unit(id, 8),
    unit(id, 10),
    unit(id, 12),
    unit(id, 14),
    unit(id, 16),
    unit(id, 18),
    unit(id, 20),
    unit(id, 22),
    unit(id, 24),
    unit(id, 26),
    unit(id, 28),
    unit(id, 30),
    index & 0xffff,
    index >>> 16,
  )
}

/** An outpoint that remembers its key for maps: validating a block asks for it a dozen times. */
class KeyedOutPoint implements OutPoint {
  readonly txid: Txid
  readonly index: number
  #mapKey: string | undefined

  constructor(txid: Txid, index: number) {
    this.txid = txid
    this.index = index
  }

  static mapKey(outpoint: OutPoint): string {
    return #mapKey in outpoint ? (outpoint.#mapKey ??= computeMapKey(outpoint)) : computeMapKey(outpoint)
  }
}

/** An outpoint for which {@link outPointMapKey} is computed only once. */
export const createOutPoint = (txid: Txid, index: number): OutPoint => new KeyedOutPoint(txid, index)

/**
 * A key for maps of outpoints that live in memory, several times faster than {@link outPointKey}: the txid two bytes to
 * a character, then the index. It is no text: never to be printed or stored.
 */
export const outPointMapKey = (outpoint: OutPoint): string => KeyedOutPoint.mapKey(outpoint)

/** The outpoint of an {@link outPointMapKey}. */
export function outPointOfMapKey(key: string): OutPoint {
  const txid = new Uint8Array(32) as Txid
  for (let i = 0; i < 16; i++) {
    const two = key.charCodeAt(i)
    txid[2 * i] = two
    txid[2 * i + 1] = two >>> 8
  }
  return { txid, index: (key.charCodeAt(16) | (key.charCodeAt(17) << 16)) >>> 0 }
}

/** An outpoint as text that can be stored: internal txid in hex, `:`, index. */
export const outPointKey = (outpoint: OutPoint): string => `${bytesToHex(outpoint.txid)}:${outpoint.index}`
