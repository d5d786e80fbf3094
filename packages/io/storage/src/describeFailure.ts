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
