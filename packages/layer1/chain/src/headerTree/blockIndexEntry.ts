import { type ByteReader, type ByteWriter, decodeExact, DecodeError, encodeWith, type Result } from '@ply/bytes'
import type { BlobLocation } from '@ply/ports'
import { type BlockHeader, readHeader, writeHeader } from '@ply/primitives'
import type { BlockNode, BlockValidity } from './blockNode.ts'

/** What is kept on disk about a header. */
export interface BlockIndexEntry {
  readonly header: BlockHeader
  readonly height: number
  readonly validity: BlockValidity
  readonly failed: boolean
  readonly transactionCount: number
  readonly data: BlobLocation | undefined
  readonly undo: BlobLocation | undefined
}

const VALIDITIES: readonly BlockValidity[] = ['tree', 'transactions', 'scripts']
const FAILED = 1 << 2
const HAS_DATA = 1 << 3
const HAS_UNDO = 1 << 4

function writeLocation(writer: ByteWriter, { file, offset, length }: BlobLocation): void {
  writer.compactSize(file).u64(BigInt(offset)).compactSize(length)
}

function readLocation(reader: ByteReader): BlobLocation {
  const file = reader.compactSize(true)
  const offset = reader.u64()
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('size-too-large', `file offset ${offset}`)
  return { file, offset: Number(offset), length: reader.compactSize(true) }
}

/** 80 bytes of header, height, flags, number of transactions, and where block and undo data lie. */
export function encodeBlockIndexEntry(entry: BlockIndexEntry): Uint8Array {
  const flags =
    VALIDITIES.indexOf(entry.validity) |
    (entry.failed ? FAILED : 0) |
    (entry.data ? HAS_DATA : 0) |
    (entry.undo ? HAS_UNDO : 0)
  return encodeWith((writer) => {
    writeHeader(writer, entry.header)
    writer.compactSize(entry.height).u8(flags).compactSize(entry.transactionCount)
    if (entry.data) writeLocation(writer, entry.data)
    if (entry.undo) writeLocation(writer, entry.undo)
  })
}

/** Violations of the reader, and `bad-index-flags`. */
export function decodeBlockIndexEntry(bytes: Uint8Array): Result<BlockIndexEntry, DecodeError> {
  return decodeExact(bytes, (reader) => {
    const header = readHeader(reader)
    const height = reader.compactSize(true)
    const flags = reader.u8()
    const validity = VALIDITIES[flags & 3]
    if (validity === undefined || flags >= HAS_UNDO << 1) throw new DecodeError('bad-index-flags', `flags ${flags}`)
    return {
      header,
      height,
      validity,
      failed: (flags & FAILED) !== 0,
      transactionCount: reader.compactSize(true),
      data: (flags & HAS_DATA) !== 0 ? readLocation(reader) : undefined,
      undo: (flags & HAS_UNDO) !== 0 ? readLocation(reader) : undefined,
    }
  })
}

/** The entry of a node as it is now. */
export function indexEntryOf(node: BlockNode): BlockIndexEntry {
  const { header, height, validity, failed, transactionCount, data, undo } = node
  return { header, height, validity, failed, transactionCount, data, undo }
}

/** Gives a fresh node what its entry knew. */
export function restoreNode(node: BlockNode, entry: BlockIndexEntry): void {
  node.validity = entry.validity
  node.failed = entry.failed
  node.transactionCount = entry.transactionCount
  node.data = entry.data
  node.undo = entry.undo
}
