import { compareBytes, concatBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { INPUT } from './fieldType.ts'
import type { PsbtEntry, PsbtMap } from './psbtMap.ts'

const KEY_SIZE = 33
const NO_LEAF = new Uint8Array(32)

/** BIP 373's fields by the aggregate, then its leaf, the key path before any, then the participant. */
function musigRank(keyData: Uint8Array): Uint8Array {
  const leafHash = keyData.length > 2 * KEY_SIZE ? keyData.subarray(2 * KEY_SIZE) : NO_LEAF
  return concatBytes(keyData.subarray(KEY_SIZE, 2 * KEY_SIZE), leafHash, keyData.subarray(0, KEY_SIZE))
}

/** What entries of a type are ordered by: mostly their keys, but partial signatures by their keys' hashes. */
function rankOf({ type, keyData }: PsbtEntry): Uint8Array {
  switch (type) {
    case INPUT.partialSig:
      return hash160(keyData)
    case INPUT.musig2PublicNonce:
    case INPUT.musig2PartialSig:
      return musigRank(keyData)
    default:
      return keyData
  }
}

/** An input's map in the order in which Bitcoin Core writes it. */
export const sortPsbtInput = (map: PsbtMap): PsbtMap =>
  map
    .map((entry) => ({ entry, rank: rankOf(entry) }))
    .sort((a, b) => a.entry.type - b.entry.type || compareBytes(a.rank, b.rank))
    .map(({ entry }) => entry)
