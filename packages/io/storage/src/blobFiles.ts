import { closeSync, existsSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, ByteWriter, concatBytes, equalBytes } from '@ply/bytes'
import type { BlobLocation, BlobLog } from '@ply/ports'
import { NO_OBFUSCATION, type Obfuscation } from './obfuscation.ts'
import { PlainFile, ReadHandle } from './plainFile.ts'
import { HEADER_SIZE, scanRecords } from './scanRecords.ts'

export interface BlobFilesOptions {
  readonly folder: string
  /** `blk` gives blk00000.dat, blk00001.dat … */
  readonly prefix: string
  /** Four bytes before every record: the network's magic. */
  readonly magic: Uint8Array
  /** A new file begins when a record would pass this many bytes. */
  readonly maxFileSize?: number
  /** What everything in the files is obfuscated with; nothing by default. */
  readonly obfuscation?: Obfuscation
  /** Where something else than records is in the last file, leave it as it is and go on in a new one. */
  readonly passOver?: boolean
}

/** A log in files, which can tell whether a record survived a crash. */
export interface BlobFiles extends BlobLog {
  /** Appends to a file of the caller's choice, also to one before the last, whatever its size. */
  appendTo(file: number, record: Uint8Array): Promise<BlobLocation>
  /** True if the place lies inside what is written. */
  contains(location: BlobLocation): boolean
  /** True if the file was there when the log was opened, or was written to since. */
  exists(file: number): boolean
  /**
   * All records in the order in which they lie, from the beginning of one on or else all, for building an index. Bytes
   * between them that are no record are passed over.
   */
  records(maxLength: number, from?: RecordsStart): AsyncIterable<StoredRecord>
  /** The files from the first to the one that is written to, by number; some may have been deleted. */
  files(): Promise<{ readonly file: number; readonly size: number }[]>
  /** Deletes files; never the one that is written to. */
  deleteFiles(files: readonly number[]): Promise<void>
}

export interface RecordsStart {
  readonly file: number
  readonly offset: number
}

export interface StoredRecord {
  readonly location: BlobLocation
  readonly record: Uint8Array
}

/** A file of ours by its name, but not by what it holds: of another network, of another program, or damaged. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
  constructor(path: string, offset: number) {
    super(`${path} holds no record of this network at byte ${offset}: it is another program's, or damaged`)
  }
}

const MAX_FILE_SIZE = 128 << 20
const SCAN_SIZE = 1 << 20

/**
 * Length of the part of an open file that consists of whole records. Throws {@link ForeignFileError} where something
 * else follows than a record that broke off: what another program wrote must not be cut off.
 */
function wholeRecords(file: PlainFile, magic: Uint8Array, path: string): number {
  const { size } = file
  let window = new Uint8Array(0)
  let windowStart = 0
  let at = 0
  while (at + HEADER_SIZE <= size) {
    if (at + HEADER_SIZE > windowStart + window.length) {
      window = new Uint8Array(Math.min(SCAN_SIZE, size - at))
      windowStart = at
      file.read(window, at)
    }
    const header = window.subarray(at - windowStart, at - windowStart + HEADER_SIZE)
    if (!equalBytes(header.subarray(0, 4), magic)) {
      if (file.isZeroFrom(at)) break
      throw new ForeignFileError(path, at)
    }
    const end = at + HEADER_SIZE + new DataView(header.buffer, header.byteOffset + 4, 4).getUint32(0, true)
    if (end > size) break
    at = end
  }
  return at
}

/**
 * Records in numbered files as Bitcoin Core keeps blocks: magic (4), length (4, little-endian), record.
 * Appending goes straight to the operating system, so that killing the process loses nothing.
 */
class NumberedFiles implements BlobFiles {
  readonly #options: BlobFilesOptions
  readonly #maxFileSize: number
  readonly #obfuscation: Obfuscation
  /** The files that are not written to now, with their sizes. */
  readonly #ends = new Map<number, number>()
  /** There was no file when the log was opened. */
  readonly #isNew: boolean
  #file: number
  #fd: number
  #end: number

  constructor(options: BlobFilesOptions, numbers: readonly number[]) {
    this.#options = options
    this.#maxFileSize = options.maxFileSize ?? MAX_FILE_SIZE
    this.#obfuscation = options.obfuscation ?? NO_OBFUSCATION
    for (const number of numbers) this.#ends.set(number, statSync(this.#path(number)).size)
    this.#isNew = numbers.length === 0
    this.#file = Math.max(0, ...numbers)
    this.#ends.delete(this.#file)
    this.#fd = openSync(this.#path(this.#file), 'a+')
    try {
      this.#end = wholeRecords(new PlainFile(this.#fd, this.#obfuscation), options.magic, this.#path(this.#file))
    } catch (error) {
      closeSync(this.#fd)
      if (!(options.passOver && error instanceof ForeignFileError)) throw error
      this.#ends.set(this.#file, statSync(this.#path(this.#file)).size)
      this.#fd = openSync(this.#path(++this.#file), 'a+')
      this.#end = 0
    }
    // A record that was being written when the process or the machine died.
    if (fstatSync(this.#fd).size > this.#end) ftruncateSync(this.#fd, this.#end)
  }

  #path(file: number): string {
    return join(this.#options.folder, `${this.#options.prefix}${file.toString().padStart(5, '0')}.dat`)
  }

  append(record: Uint8Array): Promise<BlobLocation> {
    return this.appendTo(this.#hasRoom(record) ? this.#file : this.#file + 1, record)
  }

  #hasRoom(record: Uint8Array): boolean {
    return this.#end === 0 || this.#end + HEADER_SIZE + record.length <= this.#maxFileSize
  }

  appendTo(file: number, record: Uint8Array): Promise<BlobLocation> {
    try {
      this.#select(file)
      const header = new ByteWriter(HEADER_SIZE).bytes(this.#options.magic).u32(record.length).finish()
      const framed = concatBytes(header, record)
      this.#obfuscation(framed, this.#end)
      for (let written = 0; written < framed.length;) written += writeSync(this.#fd, framed, written)
      const location = { file, offset: this.#end + HEADER_SIZE, length: record.length }
      this.#end += framed.length
      return Promise.resolve(location)
    } catch (error) {
      // A half-written record must not stay in front of the next one.
      ftruncateSync(this.#fd, this.#end)
      return Promise.reject(error as Error)
    }
  }

  /** Makes `file` the one that is written to. */
  #select(file: number): void {
    if (file === this.#file) return
    fdatasyncSync(this.#fd)
    const fd = openSync(this.#path(file), 'a+')
    closeSync(this.#fd)
    this.#ends.set(this.#file, this.#end)
    this.#fd = fd
    this.#file = file
    this.#end = this.#ends.get(file) ?? 0
    this.#ends.delete(file)
  }

  #endOf(file: number): number | undefined {
    return file === this.#file ? this.#end : this.#ends.get(file)
  }

  contains({ file, offset, length }: BlobLocation): boolean {
    return offset + length <= (this.#endOf(file) ?? 0)
  }

  exists(file: number): boolean {
    return this.#endOf(file) !== undefined && !(this.#isNew && this.#end === 0)
  }

  async read(location: BlobLocation): Promise<Uint8Array> {
    const { file, offset, length } = location
    const record = new Uint8Array(length)
    if (file === this.#file) {
      assert(this.contains(location), 'a record is read from where none was written')
      // An open file can still be read when somebody took it away; but then its content is gone with this process.
      if (!existsSync(this.#path(file))) throw new Error(`${this.#path(file)} is missing`)
      new PlainFile(this.#fd, this.#obfuscation).read(record, offset)
      return record
    }
    const handle = await this.#openForReading(file)
    try {
      if ((await handle.read(record, offset)) !== length) throw new Error(`${this.#path(file)} ends inside a record`)
      return record
    } finally {
      await handle.close()
    }
  }

  async #openForReading(file: number): Promise<ReadHandle> {
    return new ReadHandle(await open(this.#path(file), 'r'), this.#obfuscation)
  }

  files(): Promise<{ readonly file: number; readonly size: number }[]> {
    const found = [...this.#ends, [this.#file, this.#end] as const].sort(([a], [b]) => a - b)
    return Promise.resolve(found.map(([file, size]) => ({ file, size })))
  }

  async deleteFiles(files: readonly number[]): Promise<void> {
    assert(!files.includes(this.#file), 'the file that is written to is never deleted')
    for (const file of files) {
      await rm(this.#path(file), { force: true })
      this.#ends.delete(file)
    }
  }

  async *records(maxLength: number, from: RecordsStart = { file: 0, offset: 0 }): AsyncIterable<StoredRecord> {
    const { magic } = this.#options
    for (const { file, size } of await this.files()) {
      const start = file === from.file ? from.offset : 0
      if (file < from.file || start >= size) continue
      const handle = await this.#openForReading(file)
      try {
        for await (const { offset, record } of scanRecords(handle, { magic, start, size, maxLength })) {
          yield { location: { file, offset, length: record.length }, record }
        }
      } finally {
        await handle.close()
      }
    }
  }

  sync(): Promise<void> {
    fdatasyncSync(this.#fd)
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await this.sync()
    closeSync(this.#fd)
  }
}

/**
 * Opens the log in `folder`, cutting off a record that a crash left unfinished at its end. Rejects with
 * {@link ForeignFileError} where something else stands there, unless that is passed over.
 */
export async function openBlobFiles(options: BlobFilesOptions): Promise<BlobFiles> {
  assert(options.magic.length === 4, 'the magic of a blob file has four bytes')
  await mkdir(options.folder, { recursive: true })
  const name = new RegExp(`^${options.prefix}(\\d{5,})\\.dat$`)
  const numbers = (await readdir(options.folder)).flatMap((entry) => {
    const number = name.exec(entry)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  return new NumberedFiles(options, numbers)
}
