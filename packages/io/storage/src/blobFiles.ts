import { closeSync, existsSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, ByteWriter, concatBytes } from '@ply/bytes'
import type { BlobLocation, BlobLog } from '@ply/ports'
import { NO_OBFUSCATION, type Obfuscation } from './obfuscation.ts'
import { PlainFile, ReadHandle } from './plainFile.ts'
import { HEADER_SIZE, scanRecords } from './scanRecords.ts'
import { ForeignFileError, wholeRecords } from './wholeRecords.ts'

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
  /** Appends to `file`, or to a new one (also for undefined) if it has no room: several rows of files can grow at once. */
  appendBehind(file: number | undefined, record: Uint8Array): Promise<BlobLocation>
  /** Cuts off what a crash left unfinished at the end of a file; of the last one it is done when the log is opened. */
  recover(file: number): void
  /** True if the place lies inside what is written. */
  contains(location: BlobLocation): boolean
  /** True if the file was there when the log was opened, or was written to since. */
  exists(file: number): boolean
  /**
   * The records of all files or of some, in the order in which they lie, for building an index. Bytes between them that
   * are no record are passed over.
   */
  records(maxLength: number, scope?: RecordsScope): AsyncIterable<StoredRecord>
  /** The files from the first to the one that is written to, by number; some may have been deleted. */
  files(): Promise<{ readonly file: number; readonly size: number }[]>
  /** Deletes files; one at least stays. */
  deleteFiles(files: readonly number[]): Promise<void>
}

export interface RecordsStart {
  readonly file: number
  readonly offset: number
}

export interface RecordsScope {
  /** The beginning of a record; the first one by default. */
  readonly from?: RecordsStart
  /** The last file; the last there is by default. */
  readonly to?: number
}

export interface StoredRecord {
  readonly location: BlobLocation
  readonly record: Uint8Array
}

const MAX_FILE_SIZE = 128 << 20

/** Files that are kept open for writing. */
const MAX_OPEN = 2

interface OpenFile {
  readonly file: number
  readonly fd: number
  end: number
}

/**
 * Records in numbered files as Bitcoin Core keeps blocks: magic (4), length (4, little-endian), record.
 * Appending goes straight to the operating system, so that killing the process loses nothing.
 */
class NumberedFiles implements BlobFiles {
  readonly #options: BlobFilesOptions
  readonly #maxFileSize: number
  readonly #obfuscation: Obfuscation
  /** The files that are not open, with their sizes. */
  readonly #ends = new Map<number, number>()
  /** Those that were written to lately, the last one last. */
  readonly #open: OpenFile[] = []
  /** There was no file when the log was opened. */
  readonly #isNew: boolean

  constructor(options: BlobFilesOptions, numbers: readonly number[]) {
    this.#options = options
    this.#maxFileSize = options.maxFileSize ?? MAX_FILE_SIZE
    this.#obfuscation = options.obfuscation ?? NO_OBFUSCATION
    for (const number of numbers) this.#ends.set(number, statSync(this.#path(number)).size)
    this.#isNew = numbers.length === 0
    const last = Math.max(0, ...numbers)
    try {
      this.recover(last)
    } catch (error) {
      if (!(options.passOver && error instanceof ForeignFileError)) throw error
      this.recover(last + 1)
    }
  }

  recover(file: number): void {
    const opened = this.#select(file)
    try {
      opened.end = wholeRecords(new PlainFile(opened.fd, this.#obfuscation), this.#options.magic, this.#path(file))
    } catch (error) {
      this.#open.pop()
      closeSync(opened.fd)
      this.#ends.set(file, statSync(this.#path(file)).size)
      throw error
    }
    // A record that was being written when the process or the machine died.
    if (fstatSync(opened.fd).size > opened.end) ftruncateSync(opened.fd, opened.end)
  }

  #path(file: number): string {
    return join(this.#options.folder, `${this.#options.prefix}${file.toString().padStart(5, '0')}.dat`)
  }

  append(record: Uint8Array): Promise<BlobLocation> {
    return this.appendBehind(this.#open.at(-1)?.file, record)
  }

  appendBehind(file: number | undefined, record: Uint8Array): Promise<BlobLocation> {
    if (file !== undefined && this.#hasRoom(file, record)) return this.appendTo(file, record)
    return this.appendTo(Math.max(-1, ...this.#sizes().map(([each]) => each)) + 1, record)
  }

  #hasRoom(file: number, record: Uint8Array): boolean {
    const end = this.#endOf(file) ?? 0
    return end === 0 || end + HEADER_SIZE + record.length <= this.#maxFileSize
  }

  appendTo(file: number, record: Uint8Array): Promise<BlobLocation> {
    let opened: OpenFile | undefined
    try {
      opened = this.#select(file)
      const header = new ByteWriter(HEADER_SIZE).bytes(this.#options.magic).u32(record.length).finish()
      const framed = concatBytes(header, record)
      this.#obfuscation(framed, opened.end)
      for (let written = 0; written < framed.length;) written += writeSync(opened.fd, framed, written)
      const location = { file, offset: opened.end + HEADER_SIZE, length: record.length }
      opened.end += framed.length
      return Promise.resolve(location)
    } catch (error) {
      // A half-written record must not stay in front of the next one.
      if (opened) ftruncateSync(opened.fd, opened.end)
      return Promise.reject(error as Error)
    }
  }

  /** The file, open, and the last that was written to. */
  #select(file: number): OpenFile {
    const at = this.#open.findIndex((each) => each.file === file)
    const [known] = at < 0 ? [] : this.#open.splice(at, 1)
    const opened = known ?? { file, fd: openSync(this.#path(file), 'a+'), end: this.#ends.get(file) ?? 0 }
    this.#open.push(opened)
    this.#ends.delete(file)
    if (this.#open.length > MAX_OPEN) this.#leave(this.#open[0]!)
    return opened
  }

  #leave(opened: OpenFile): void {
    fdatasyncSync(opened.fd)
    closeSync(opened.fd)
    this.#open.splice(this.#open.indexOf(opened), 1)
    this.#ends.set(opened.file, opened.end)
  }

  #openFile(file: number): OpenFile | undefined {
    return this.#open.find((each) => each.file === file)
  }

  #endOf(file: number): number | undefined {
    return this.#openFile(file)?.end ?? this.#ends.get(file)
  }

  #sizes(): [file: number, size: number][] {
    return [...this.#ends, ...this.#open.map(({ file, end }): [number, number] => [file, end])]
  }

  contains({ file, offset, length }: BlobLocation): boolean {
    return offset + length <= (this.#endOf(file) ?? 0)
  }

  exists(file: number): boolean {
    const end = this.#endOf(file)
    return end !== undefined && !(this.#isNew && end === 0)
  }

  async read(location: BlobLocation): Promise<Uint8Array> {
    const { file, offset, length } = location
    const record = new Uint8Array(length)
    const opened = this.#openFile(file)
    if (opened) {
      assert(this.contains(location), 'a record is read from where none was written')
      // An open file can still be read when somebody took it away; but then its content is gone with this process.
      if (!existsSync(this.#path(file))) throw new Error(`${this.#path(file)} is missing`)
      new PlainFile(opened.fd, this.#obfuscation).read(record, offset)
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
    const found = this.#sizes().sort(([a], [b]) => a - b)
    return Promise.resolve(found.map(([file, size]) => ({ file, size })))
  }

  async deleteFiles(files: readonly number[]): Promise<void> {
    assert(
      this.#sizes().some(([file]) => !files.includes(file)),
      'a log has a file',
    )
    for (const file of files) {
      const opened = this.#openFile(file)
      if (opened) this.#leave(opened)
      await rm(this.#path(file), { force: true })
      this.#ends.delete(file)
    }
  }

  async *records(maxLength: number, scope: RecordsScope = {}): AsyncIterable<StoredRecord> {
    const { magic } = this.#options
    const { from = { file: 0, offset: 0 }, to = Infinity } = scope
    for (const { file, size } of await this.files()) {
      const start = file === from.file ? from.offset : 0
      if (file < from.file || file > to || start >= size) continue
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
    for (const { fd } of this.#open) fdatasyncSync(fd)
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await this.sync()
    for (const { fd } of this.#open.splice(0)) closeSync(fd)
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
