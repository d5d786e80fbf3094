import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CRC_START, crcEnd, crcStep } from './crc32c.ts'
import { DatabaseError } from './databaseError.ts'
import { maskCrc } from './levelChecksum.ts'

/** Behind each block of a table: how it is compressed (one byte), and the checksum of both (four). */
const TRAILER_SIZE = 5
const COMPRESSIONS = 3
const READ_SIZE = 1 << 16

/** True if a table begins with a block whose checksum is right. Where it ends, only the checksum tells. */
async function beginsWell(file: FileHandle): Promise<boolean> {
  let state = CRC_START
  let waiting = Buffer.alloc(0)
  for (let at = 0; ; at += READ_SIZE) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_SIZE), 0, READ_SIZE, at)
    if (bytesRead === 0) return false
    waiting = Buffer.concat([waiting, buffer.subarray(0, bytesRead)])
    const end = waiting.length - TRAILER_SIZE
    let place = 0
    for (; place <= end; place++) {
      const byte = waiting[place]!
      const isEnd = byte < COMPRESSIONS && maskCrc(crcEnd(crcStep(state, byte))) === waiting.readUInt32LE(place + 1)
      if (isEnd) return true
      state = crcStep(state, byte)
    }
    waiting = waiting.subarray(place)
  }
}

/**
 * Looks at the beginning of every table of a LevelDB folder. LevelDB can be told to check all that it reads, as Bitcoin
 * Core tells it, but not through this binding. Rejects with {@link DatabaseError} if a table is damaged.
 */
export async function checkTables(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.ldb'))) {
    const path = join(folder, name)
    const file = await open(path)
    try {
      if (!(await beginsWell(file))) throw new DatabaseError(`Corruption: block checksum mismatch: ${path}`)
    } finally {
      await file.close()
    }
  }
}
