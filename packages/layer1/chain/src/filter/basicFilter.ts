import { bytesToHex, type ByteReader, type DecodeError, decodeExact, ok, type Result } from '@ply/bytes'
import { type Block, type BlockHash, computeBlockHash } from '@ply/primitives'
import { OP_RETURN } from '@ply/script'
import { encodeGolombCodedSet, type GolombParameters, hashItems, readGolombCodedSet } from './golombCodedSet.ts'

/** BIP 158, filter type 0x00. */
export const BASIC_FILTER_TYPE = 0x00
const BASIC: GolombParameters = { p: 19, m: 784931 }

/** BIP 158: the first 16 bytes of the block hash, so that nobody can grind scripts against many filters at once. */
const filterKey = (blockHash: BlockHash): Uint8Array => blockHash.subarray(0, 16)

/** What a basic filter holds: every script once, without empty ones and without outputs that start with OP_RETURN. */
function filterItems(block: Block, spentScripts: readonly Uint8Array[]): Uint8Array[] {
  const items = new Map<string, Uint8Array>()
  const add = (script: Uint8Array): void => {
    if (script.length > 0) items.set(bytesToHex(script), script)
  }
  for (const { outputs } of block.transactions) {
    for (const { scriptPubKey } of outputs) if (scriptPubKey[0] !== OP_RETURN) add(scriptPubKey)
  }
  for (const script of spentScripts) add(script)
  return [...items.values()]
}

/**
 * BIP 158 basic filter of a block. `spentScripts` are the scriptPubKeys that its inputs spend, but for the coinbase,
 * in any order.
 */
export const computeBasicFilter = (block: Block, spentScripts: readonly Uint8Array[]): Uint8Array =>
  encodeGolombCodedSet(filterItems(block, spentScripts), BASIC, filterKey(computeBlockHash(block.header)))

/** A filter from outside: its hashed items, ascending. Violations as {@link readGolombCodedSet}. */
export const decodeBasicFilter = (filter: Uint8Array): Result<readonly number[], DecodeError> =>
  decodeExact(filter, (reader: ByteReader) => readGolombCodedSet(reader, BASIC))

/**
 * True if the block may touch one of `scripts`: always where it does, by chance once in 784931 scripts where not.
 * Violations as {@link readGolombCodedSet}.
 */
export function matchFilter(
  filter: Uint8Array,
  blockHash: BlockHash,
  scripts: readonly Uint8Array[],
): Result<boolean, DecodeError> {
  const decoded = decodeBasicFilter(filter)
  if (!decoded.ok) return decoded
  if (decoded.value.length === 0) return ok(false)
  const values = new Set(decoded.value)
  const wanted = hashItems(scripts, BASIC, { key: filterKey(blockHash), count: decoded.value.length })
  return ok(wanted.some((value) => values.has(value)))
}
