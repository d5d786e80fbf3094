import { type FileHandle, open, readFile } from 'node:fs/promises'
import { writeFileAtomic } from '@ply/runtime'
import { takeLock } from '@ply/storage'
import type { Row } from './walletCodec.ts'
import {
  decodeWalletFile,
  encodeChanges,
  encodeWalletFile,
  type RowChange,
  type WalletFileContent,
} from './walletFileCodec.ts'

const OWNER_ONLY = 0o600
/** A file is written anew once it is so much longer than its rows need: changes add up. */
const SPARE_LENGTH = 1 << 20

/** Rejects with `DecodeError` for a file that is none of a wallet, or damaged. */
export async function readWalletFile(path: string): Promise<WalletFileContent> {
  const content = decodeWalletFile(await readFile(path))
  if (!content.ok) throw content.error
  return content.value
}

/** A wallet's rows in one file, which only grows: each change stands behind the others, and is whole or not there. */
export class WalletFile {
  readonly path: string
  readonly #release: () => Promise<void>
  #handle: FileHandle
  #length: number
  /** How long the file was when it was last written as a whole. */
  #bareLength: number

  private constructor(path: string, release: () => Promise<void>, handle: FileHandle, length: number) {
    this.path = path
    this.#release = release
    this.#handle = handle
    this.#length = length
    this.#bareLength = length
  }

  /** Makes a file of rows. Rejects with `LockError` if another process has one there. */
  static async create(path: string, rows: readonly Row[]): Promise<WalletFile> {
    return WalletFile.#locked(path, async () => {
      const content = encodeWalletFile(rows)
      const handle = await open(path, 'wx', OWNER_ONLY)
      await handle.writeFile(content)
      await handle.sync()
      return { handle, length: content.length }
    })
  }

  /**
   * Opens a file, without what a crash cut off at its end. Rejects with `LockError` if another process has it open, with
   * `DecodeError` if it is none of a wallet or damaged.
   */
  static async open(path: string): Promise<WalletFile> {
    return WalletFile.#locked(path, async () => {
      const { length } = await readWalletFile(path)
      const handle = await open(path, 'r+')
      await handle.truncate(length)
      return { handle, length }
    })
  }

  static async #locked(
    path: string,
    start: () => Promise<{ readonly handle: FileHandle; readonly length: number }>,
  ): Promise<WalletFile> {
    const release = await takeLock(`${path}.lock`)
    try {
      const { handle, length } = await start()
      return new WalletFile(path, release, handle, length)
    } catch (error) {
      await release()
      throw error
    }
  }

  async rows(): Promise<Row[]> {
    return [...(await readWalletFile(this.path)).rows]
  }

  /** Adds a change. With `sync` it would survive a power cut once this resolves. One call at a time. */
  async append(changes: readonly RowChange[], { sync }: { readonly sync: boolean }): Promise<void> {
    if (this.#length > 2 * this.#bareLength + SPARE_LENGTH) await this.rewrite()
    const frame = encodeChanges(changes)
    try {
      await this.#handle.write(frame, 0, frame.length, this.#length)
      if (sync) await this.#handle.datasync()
    } catch (error) {
      // What is there of it would stand before the next change.
      await this.#handle.truncate(this.#length).catch(() => undefined)
      throw error
    }
    this.#length += frame.length
  }

  /** Writes every row to a new file, so that nothing is left of what was changed or deleted. */
  async rewrite(): Promise<void> {
    const content = encodeWalletFile(await this.rows())
    await writeFileAtomic(this.path, content, OWNER_ONLY)
    await this.#handle.close()
    this.#handle = await open(this.path, 'r+')
    this.#length = content.length
    this.#bareLength = content.length
  }

  async close(): Promise<void> {
    await this.#handle.datasync()
    await this.#handle.close()
    await this.#release()
  }
}
