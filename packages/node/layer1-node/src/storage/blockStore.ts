import { assert, concatBytes, equalBytes, unwrap } from '@ply/bytes'
import { decodeUndo, encodeUndo } from '@ply/chain'
import type { BlockUndo } from '@ply/consensus'
import { hash256 } from '@ply/crypto'
import type { BlobLocation } from '@ply/ports'
import { type Block, type BlockHash, decodeBlock, encodeBlock } from '@ply/primitives'
import { type BlobFiles, createObfuscation, openBlobFiles, type RecordsScope, type StoredRecord } from '@ply/storage'

/** What is on disk is not what was written there. Nothing can be derived from it any more. */
export class DamagedDataError extends Error {
  override readonly name = 'DamagedDataError'
}

const CHECKSUM_SIZE = 32
/** No block is longer on the wire. */
const MAX_BLOCK_SIZE = 4_000_000

export interface BlockStoreOptions {
  readonly folder: string
  readonly magic: Uint8Array
  /** Bytes of a file of blocks. */
  readonly maxFileSize?: number
  /** What the files are obfuscated with; nothing by default. */
  readonly xorKey?: Uint8Array
  /** Leave alone what else is in the last files than blocks, and go on in new ones. */
  readonly passOver?: boolean
}

/** Bytes of a file of blocks, unless told otherwise. */
const FILE_SIZE = 128 << 20

/** Files that follow each other, with the blocks from a height on. */
export interface BlockRow {
  readonly from: number
  /** The one that is written to; undefined before there is any. */
  readonly file: number | undefined
}

/** Blocks in blk files and undo data in the rev files of the same numbers, as Bitcoin Core lays them out. */
export class BlockStore {
  readonly #blocks: BlobFiles
  readonly #undo: BlobFiles
  /** The highest one first. */
  #rows: BlockRow[]
  /** Bytes of a file of blocks. */
  readonly fileSize: number

  private constructor(blocks: BlobFiles, undo: BlobFiles, { file, size }: { file: number | undefined; size: number }) {
    this.#blocks = blocks
    this.#undo = undo
    this.#rows = [{ from: 0, file }]
    this.fileSize = size
  }

  static async open(fields: BlockStoreOptions): Promise<BlockStore> {
    const { folder, magic, maxFileSize = FILE_SIZE, xorKey, passOver } = fields
    const options = {
      folder,
      magic,
      maxFileSize,
      ...(passOver !== undefined && { passOver }),
      ...(xorKey && { obfuscation: createObfuscation(xorKey) }),
    }
    const blocks = await openBlobFiles({ ...options, prefix: 'blk' })
    const undo = await openBlobFiles({ ...options, prefix: 'rev' })
    return new BlockStore(blocks, undo, { file: (await blocks.files()).at(-1)?.file, size: maxFileSize })
  }

  /**
   * From now on blocks lie in several rows of files, by their heights: so that files of old blocks, which come late, can
   * be deleted. The highest row comes first.
   */
  useRows(rows: readonly BlockRow[]): void {
    this.#rows = [...rows]
    for (const { file } of rows) if (file !== undefined) this.#blocks.recover(file)
  }

  /** The rows that blocks lie in; most often it is one. */
  get rows(): readonly BlockRow[] {
    return this.#rows
  }

  /** True if the records of these locations were on disk when the store was opened, or came since. */
  has(block: BlobLocation | undefined, undo: BlobLocation | undefined): { block: boolean; undo: boolean } {
    return {
      block: block !== undefined && this.#blocks.contains(block),
      undo: undo !== undefined && this.#undo.contains(undo),
    }
  }

  /** False if the file of a block is gone, with all that was in it. */
  hasFileOf({ file }: BlobLocation): boolean {
    return this.#blocks.exists(file)
  }

  /** Every block in the files, or in some of them, with how much of all stands before it. */
  async *storedBlocks(scope?: RecordsScope): AsyncIterable<StoredRecord & { readonly percent: number }> {
    const files = await this.#blocks.files()
    const total = files.reduce((sum, { size }) => sum + size, 0)
    let [file, before] = [-1, 0]
    for await (const stored of this.#blocks.records(MAX_BLOCK_SIZE, scope)) {
      const { location } = stored
      if (location.file !== file) {
        file = location.file
        before = files.reduce((sum, each) => (each.file < file ? sum + each.size : sum), 0)
      }
      yield { ...stored, percent: total === 0 ? 0 : Math.floor((100 * (before + location.offset)) / total) }
    }
  }

  /** The files of blocks, oldest first; the current ones are written to. */
  async blockFiles(): Promise<{ readonly file: number; readonly size: number; readonly current: boolean }[]> {
    const files = await this.#blocks.files()
    return files.map((each) => ({ ...each, current: this.#rows.some(({ file }) => file === each.file) }))
  }

  /** Bytes of all files, those of undo data too. */
  async size(): Promise<number> {
    const files = [...(await this.#blocks.files()), ...(await this.#undo.files())]
    return files.reduce((sum, { size }) => sum + size, 0)
  }

  /** Deletes files of blocks, and all files of undo data but those in use. */
  async deleteFiles(blocks: ReadonlySet<number>, undoInUse: ReadonlySet<number>): Promise<void> {
    await this.#blocks.deleteFiles([...blocks])
    const undo = (await this.#undo.files()).slice(0, -1).map(({ file }) => file)
    await this.#undo.deleteFiles(undo.filter((file) => !undoInUse.has(file)))
  }

  async appendBlock(block: Block, height: number): Promise<BlobLocation> {
    const at = this.#rows.findIndex(({ from }) => height >= from)
    const row = this.#rows[at]
    assert(row !== undefined, 'every height has its row')
    const location = await this.#blocks.appendBehind(row.file, encodeBlock(block))
    this.#rows[at] = { ...row, file: location.file }
    return location
  }

  readBlockBytes(location: BlobLocation): Promise<Uint8Array> {
    return this.#blocks.read(location)
  }

  /** `length` bytes from `offset` on of a block's serialisation. */
  readPart(block: BlobLocation, offset: number, length: number): Promise<Uint8Array> {
    return this.#blocks.read({ file: block.file, offset: block.offset + offset, length })
  }

  /** `share`: as for `decodeBlock`. */
  async readBlock(location: BlobLocation, options?: { readonly share?: boolean }): Promise<Block> {
    const decoded = decodeBlock(await this.#blocks.read(location), options)
    if (!decoded.ok) throw new DamagedDataError(`a stored block cannot be read: ${decoded.error.message}`)
    return decoded.value
  }

  /** To the file of the block's number. The checksum binds the undo data to the block it belongs to. */
  appendUndo(hash: BlockHash, undo: BlockUndo, file: number): Promise<BlobLocation> {
    const bytes = encodeUndo(undo)
    return this.#undo.appendTo(file, concatBytes(bytes, hash256(concatBytes(hash, bytes))))
  }

  async readUndo(hash: BlockHash, location: BlobLocation): Promise<BlockUndo> {
    const record = await this.#undo.read(location)
    const bytes = record.subarray(0, -CHECKSUM_SIZE)
    if (!equalBytes(record.subarray(-CHECKSUM_SIZE), hash256(concatBytes(hash, bytes)))) {
      throw new DamagedDataError('undo data does not match its checksum')
    }
    return unwrap(decodeUndo(bytes))
  }

  /** Resolves when all that was appended would survive a power cut. */
  async sync(): Promise<void> {
    await this.#blocks.sync()
    await this.#undo.sync()
  }

  async close(): Promise<void> {
    await this.#blocks.close()
    await this.#undo.close()
  }
}
