import { open } from 'node:fs/promises'
import { NO_OBFUSCATION } from './obfuscation.ts'
import { ReadHandle } from './plainFile.ts'

/** Before every record: magic (4), length (4, little-endian). */
export const HEADER_SIZE = 8
const SCAN_SIZE = 1 << 20

export interface ScanScope {
  readonly magic: Uint8Array
  /** Where to begin; at the beginning by default. */
  readonly start?: number
  /** Where the file ends. */
  readonly size: number
  /** What says that it is longer is no record. */
  readonly maxLength: number
}

/** Where the next record header that fits may begin, from `at` on. */
async function findMagic(
  file: ReadHandle,
  magic: Uint8Array,
  { at, size }: { readonly at: number; readonly size: number },
): Promise<number | undefined> {
  // Most often it is right here.
  let window = Buffer.alloc(magic.length)
  for (let from = at; from + HEADER_SIZE <= size;) {
    const bytesRead = await file.read(window, from)
    const found = window.subarray(0, bytesRead).indexOf(magic)
    if (found >= 0) return from + found + HEADER_SIZE <= size ? from + found : undefined
    from += Math.max(1, bytesRead - magic.length + 1)
    if (window.length < SCAN_SIZE) window = Buffer.alloc(SCAN_SIZE)
  }
  return undefined
}

/** The records of a file; bytes between them that are no record are passed over. */
export async function* scanRecords(
  file: ReadHandle,
  { magic, start: from = 0, size, maxLength }: ScanScope,
): AsyncIterable<{ readonly offset: number; readonly record: Uint8Array }> {
  for (let at = from; at + HEADER_SIZE <= size;) {
    const start = await findMagic(file, magic, { at, size })
    if (start === undefined) return
    const header = Buffer.alloc(HEADER_SIZE)
    await file.read(header, start)
    const length = header.readUInt32LE(4)
    const offset = start + HEADER_SIZE
    at = start + 1
    if (length > maxLength || offset + length > size) continue
    const record = new Uint8Array(length)
    await file.read(record, offset)
    at = offset + length
    yield { offset, record }
  }
}

/** All records of any one file, as another program may have written it. */
export async function* readRecords(path: string, magic: Uint8Array, maxLength: number): AsyncIterable<Uint8Array> {
  const handle = await open(path, 'r')
  const file = new ReadHandle(handle, NO_OBFUSCATION)
  try {
    const { size } = await handle.stat()
    for await (const { record } of scanRecords(file, { magic, size, maxLength })) yield record
  } finally {
    await file.close()
  }
}
