import type { ByteReader, ByteWriter } from '@ply/bytes'
import { compactSizeLength, type DecodeError, decodeExact, encodeWith, type Result, withEncoding } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import type { BlockHash } from './hash.ts'
import {
  readTransaction,
  strippedSize,
  totalSize,
  type Transaction,
  WITNESS_SCALE_FACTOR,
  writeTransaction,
} from './transaction.ts'

/** The 80 bytes that proof of work commits to. */
export interface BlockHeader {
  /** Signed 32 bits. */
  readonly version: number
  readonly previousBlockHash: BlockHash
  readonly merkleRoot: Uint8Array
  /** Seconds since the Unix epoch, unsigned 32 bits. */
  readonly time: number
  /** Target in compact form (nBits). */
  readonly bits: number
  readonly nonce: number
}

export interface Block {
  readonly header: BlockHeader
  readonly transactions: readonly Transaction[]
}

export const HEADER_SIZE = 80

export function readHeader(reader: ByteReader): BlockHeader {
  return {
    version: reader.i32(),
    previousBlockHash: reader.bytes(32) as BlockHash,
    merkleRoot: reader.bytes(32),
    time: reader.u32(),
    bits: reader.u32(),
    nonce: reader.u32(),
  }
}

export function writeHeader(writer: ByteWriter, header: BlockHeader): void {
  writer.i32(header.version).bytes(header.previousBlockHash).bytes(header.merkleRoot)
  writer.u32(header.time).u32(header.bits).u32(header.nonce)
}

export const encodeHeader = (header: BlockHeader): Uint8Array => encodeWith((writer) => writeHeader(writer, header))

export const decodeHeader = (bytes: Uint8Array): Result<BlockHeader, DecodeError> => decodeExact(bytes, readHeader)

const blockHashes = new WeakMap<BlockHeader, BlockHash>()

/** Double SHA256 of the header, computed once per object. */
export function computeBlockHash(header: BlockHeader): BlockHash {
  let hash = blockHashes.get(header)
  if (!hash) {
    hash = withEncoding((writer) => {
      writeHeader(writer, header)
    }, hash256) as BlockHash
    blockHashes.set(header, hash)
  }
  return hash
}

export function readBlock(reader: ByteReader): Block {
  const header = readHeader(reader)
  const count = reader.compactSize()
  const transactions: Transaction[] = []
  for (let i = 0; i < count; i++) transactions.push(readTransaction(reader))
  return { header, transactions }
}

/**
 * The whole of `bytes` as one block. With `share`, scripts and witnesses of inputs are views into `bytes`: faster, but
 * who keeps an input keeps the whole block, and `bytes` must not change.
 */
export const decodeBlock = (bytes: Uint8Array, options?: { readonly share?: boolean }): Result<Block, DecodeError> =>
  decodeExact(bytes, readBlock, options)

/** Network serialisation, by default with witnesses (BIP 144). */
export function encodeBlock(block: Block, witness = true): Uint8Array {
  return encodeWith((writer) => {
    writeHeader(writer, block.header)
    writer.compactSize(block.transactions.length)
    for (const tx of block.transactions) writeTransaction(writer, tx, witness)
  })
}

/** Bytes of the block's serialisation, without and with witnesses. */
export function blockSizes(block: Block): { readonly stripped: number; readonly total: number } {
  let stripped = HEADER_SIZE + compactSizeLength(block.transactions.length)
  let total = stripped
  for (const tx of block.transactions) {
    stripped += strippedSize(tx)
    total += totalSize(tx)
  }
  return { stripped, total }
}

/** BIP 141 weight of the block. */
export function blockWeight(block: Block): number {
  const { stripped, total } = blockSizes(block)
  return stripped * (WITNESS_SCALE_FACTOR - 1) + total
}
