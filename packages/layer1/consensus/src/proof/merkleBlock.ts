import {
  assert,
  ByteReader,
  ByteWriter,
  bytesToHex,
  concatBytes,
  type DecodeError,
  equalBytes,
  type Result,
  tryDecode,
} from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import {
  type Block,
  type BlockHeader,
  computeMerkleLevels,
  computeTxid,
  readHeader,
  type Txid,
  writeHeader,
} from '@ply/primitives'
import { MAX_BLOCK_WEIGHT } from '../limits.ts'

/** BIP 37: a header, and as much of its merkle tree as proves that some transactions are in the block. */
export interface MerkleBlock {
  readonly header: BlockHeader
  readonly transactionCount: number
  /** Hashes of the tree in depth-first order. */
  readonly hashes: readonly Uint8Array[]
  /** One bit for each node visited: whether something that is proved lies below it. */
  readonly bits: readonly boolean[]
}

/** The least a transaction can weigh: 60 bytes, none of them witness. */
const MIN_TRANSACTION_WEIGHT = 4 * 60
const MAX_TRANSACTIONS = Math.floor(MAX_BLOCK_WEIGHT / MIN_TRANSACTION_WEIGHT)

const levelWidth = (count: number, height: number): number => Math.ceil(count / 2 ** height)

function treeHeight(count: number): number {
  let height = 0
  while (levelWidth(count, height) > 1) height++
  return height
}

/** Proves that the transactions with these ids (internal byte order) are in the block. */
export function createMerkleBlock(block: Block, txids: readonly Uint8Array[]): MerkleBlock {
  const wanted = new Set(txids.map(bytesToHex))
  const leaves = block.transactions.map(computeTxid)
  assert(leaves.length > 0, 'a block has a coinbase')
  const matched = leaves.map((txid) => wanted.has(bytesToHex(txid)))
  const levels = computeMerkleLevels(leaves)
  const hashes: Uint8Array[] = []
  const bits: boolean[] = []
  const visit = (height: number, at: number): void => {
    const isParent = matched.slice(at * 2 ** height, (at + 1) * 2 ** height).includes(true)
    bits.push(isParent)
    if (height === 0 || !isParent) {
      hashes.push(levels[height]![at]!)
      return
    }
    visit(height - 1, at * 2)
    if (at * 2 + 1 < levels[height - 1]!.length) visit(height - 1, at * 2 + 1)
  }
  visit(levels.length - 1, 0)
  return { header: block.header, transactionCount: leaves.length, hashes, bits }
}

/**
 * The merkle root that the proof leads to, the ids of the transactions that it proves, and their places in the block. Undefined for a proof that
 * does not hold together; whether the root is the header's is left to the caller.
 */
export function extractMatches({
  transactionCount,
  hashes,
  bits,
}: MerkleBlock):
  { readonly root: Uint8Array; readonly txids: Txid[]; readonly positions: readonly number[] } | undefined {
  if (transactionCount === 0 || transactionCount > MAX_TRANSACTIONS) return undefined
  if (hashes.length > transactionCount || bits.length < hashes.length) return undefined
  const txids: Txid[] = []
  const positions: number[] = []
  let usedBits = 0
  let usedHashes = 0
  const visit = (height: number, at: number): Uint8Array | undefined => {
    const isParent = bits[usedBits++]
    if (isParent === undefined) return undefined
    if (height === 0 || !isParent) {
      const hash = hashes[usedHashes++]
      if (hash && height === 0 && isParent) {
        txids.push(hash as Txid)
        positions.push(at)
      }
      return hash
    }
    const left = visit(height - 1, at * 2)
    if (!left) return undefined
    if (at * 2 + 1 >= levelWidth(transactionCount, height - 1)) return hash256(concatBytes(left, left))
    const right = visit(height - 1, at * 2 + 1)
    // Two equal branches would let one transaction be proved at two places (CVE-2012-2459).
    if (!right || equalBytes(left, right)) return undefined
    return hash256(concatBytes(left, right))
  }
  const root = visit(treeHeight(transactionCount), 0)
  const allUsed = usedHashes === hashes.length && Math.ceil(usedBits / 8) === Math.ceil(bits.length / 8)
  return root && allUsed ? { root, txids, positions } : undefined
}

export function writeMerkleBlock(writer: ByteWriter, { header, transactionCount, hashes, bits }: MerkleBlock): void {
  const packed = new Uint8Array(Math.ceil(bits.length / 8))
  bits.forEach((bit, i) => {
    if (bit) packed[i >> 3]! |= 1 << (i & 7)
  })
  writeHeader(writer, header)
  writer.u32(transactionCount).compactSize(hashes.length)
  for (const hash of hashes) writer.bytes(hash)
  writer.compactSize(packed.length).bytes(packed)
}

export function encodeMerkleBlock(proof: MerkleBlock): Uint8Array {
  const writer = new ByteWriter(128)
  writeMerkleBlock(writer, proof)
  return writer.finish()
}

/** Throws the reader's violations. The bits come in whole bytes: up to seven too many. */
export function readMerkleBlock(reader: ByteReader): MerkleBlock {
  const header = readHeader(reader)
  const transactionCount = reader.u32()
  const hashes: Uint8Array[] = []
  for (let left = reader.compactSize(); left > 0; left--) hashes.push(reader.bytes(32))
  const packed = reader.varBytes()
  const bits = Array.from({ length: packed.length * 8 }, (_, i) => ((packed[i >> 3]! >> (i & 7)) & 1) === 1)
  return { header, transactionCount, hashes, bits }
}

/** Violations of the reader. As in Bitcoin Core, more bytes may follow. */
export const decodeMerkleBlock = (bytes: Uint8Array): Result<MerkleBlock, DecodeError> =>
  tryDecode(() => readMerkleBlock(new ByteReader(bytes)))
