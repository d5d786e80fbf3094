import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseError } from './databaseError.ts'
import { levelChecksum } from './levelChecksum.ts'

/** A log consists of blocks of this size; a record that does not fit goes on in the next one. */
const BLOCK_SIZE = 1 << 15
/** Checksum (4), length (2), type (1); the checksum is over type and content. */
const HEADER_SIZE = 7

/** What is wrong with a block of a log, in LevelDB's words; undefined also for an end that a crash left unfinished. */
function findDamage(block: Buffer): string | undefined {
  for (let at = 0; at + HEADER_SIZE <= block.length;) {
    const length = block.readUInt16LE(at + 4)
    const end = at + HEADER_SIZE + length
    if (length === 0 && block[at + 6] === 0) {
      // Room that the system set aside; nothing can come behind it.
      return block.subarray(at).every((byte) => byte === 0) ? undefined : 'data behind the end'
    }
    if (end > block.length) return block.length === BLOCK_SIZE ? 'bad record length' : undefined
    if (levelChecksum(block.subarray(at + 6, end)) !== block.readUInt32LE(at)) return 'checksum mismatch'
    at = end
  }
  return undefined
}

/**
 * Looks through the logs of a LevelDB folder, from which what was written last is read when it is opened. LevelDB drops
 * what is damaged there, with what comes behind, unless it is told not to: Bitcoin Core tells it, but this binding
 * cannot. Rejects with {@link DatabaseError}.
 */
export async function checkLogs(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.log'))) {
    const path = join(folder, name)
    const log = await readFile(path)
    for (let at = 0; at < log.length; at += BLOCK_SIZE) {
      const damage = findDamage(log.subarray(at, at + BLOCK_SIZE))
      if (damage !== undefined) throw new DatabaseError(`Corruption: ${damage}: ${path}`)
    }
  }
}
