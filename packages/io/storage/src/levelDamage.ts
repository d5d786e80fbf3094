import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** LevelDB's words for a damaged folder that could not be opened, where it only says that a file is missing. */
export function describeFailure(folder: string, status: string): string {
  const manifest = read(join(folder, 'CURRENT')).trimEnd()
  if (/^MANIFEST-\d+$/.test(manifest) && !existsSync(join(folder, manifest))) {
    return `Corruption: CURRENT points to a non-existent file: ${status}`
  }
  return status
}

/**
 * What LevelDB passed over when it opened a folder, in its words; undefined if there was nothing. It can be told to fail
 * then, as Bitcoin Core tells it, but not through this binding: its own log, begun anew at each opening, says so too.
 * The end of a log that a crash left unfinished is no damage.
 */
export function findIgnoredDamage(folder: string): string | undefined {
  return /\(ignoring error\) .*?dropping \d+ bytes; (.*)/.exec(read(join(folder, 'LOG')))?.[1]
}
