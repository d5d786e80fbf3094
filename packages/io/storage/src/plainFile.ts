import { fstatSync, readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Obfuscation } from './obfuscation.ts'

const CHUNK_SIZE = 1 << 20

/** Reads of one open file, made readable. */
export class PlainFile {
  readonly #fd: number
  readonly #obfuscation: Obfuscation

  constructor(fd: number, obfuscation: Obfuscation) {
    this.#fd = fd
    this.#obfuscation = obfuscation
  }

  get size(): number {
    return fstatSync(this.#fd).size
  }

  read(target: Uint8Array, at: number): number {
    const read = readSync(this.#fd, target, 0, target.length, at)
    this.#obfuscation(target.subarray(0, read), at)
    return read
  }

  /** True if the file holds nothing but zeros from `at` on, as file systems leave them when power fails. */
  isZeroFrom(at: number): boolean {
    const chunk = new Uint8Array(CHUNK_SIZE)
    for (let from = at, read = 1; read > 0; from += read) {
      read = readSync(this.#fd, chunk, 0, CHUNK_SIZE, from)
      if (chunk.subarray(0, read).some((byte) => byte !== 0)) return false
    }
    return true
  }
}

/** A file that is open for reading alone, made readable. */
export class ReadHandle {
  readonly #handle: FileHandle
  readonly #obfuscation: Obfuscation

  constructor(handle: FileHandle, obfuscation: Obfuscation) {
    this.#handle = handle
    this.#obfuscation = obfuscation
  }

  async read(target: Uint8Array, at: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(target, 0, target.length, at)
    this.#obfuscation(target.subarray(0, bytesRead), at)
    return bytesRead
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
