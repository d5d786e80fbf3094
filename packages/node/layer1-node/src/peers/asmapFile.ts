import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkAsmap, NetGroups } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import { hashToDisplay } from '@ply/primitives'

/**
 * Which hosts belong together: by the map of autonomous systems in a file (relative to `folder`), or without one by the
 * beginning of their addresses. Rejects with Bitcoin Core's words for a file that is not there or is no such map.
 */
export async function loadNetGroups(file: string | undefined, folder: string, logger: Logger): Promise<NetGroups> {
  if (file === undefined) {
    logger.log('info', 'Using /16 prefix for IP bucketing')
    return new NetGroups()
  }
  const path = resolve(folder, file)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error)
  if (bytes instanceof Error) {
    if (bytes.code === 'ENOENT') throw new Error(`Could not find asmap file "${path}"`)
    logger.log('warn', 'Failed to open asmap file from disk')
    throw new Error(`Could not parse asmap file "${path}"`, { cause: bytes })
  }
  logger.log('info', `Opened asmap file "${path}" (${bytes.length} bytes) from disk`)
  const map = new Uint8Array(bytes)
  const checked = checkAsmap(map)
  if (!checked.ok) {
    logger.log('warn', `Sanity check of asmap file "${path}" failed`, { reason: checked.error })
    throw new Error(`Could not parse asmap file "${path}"`)
  }
  const groups = new NetGroups(map)
  logger.log('info', `Using asmap version ${hashToDisplay(groups.version)} for IP bucketing`)
  return groups
}
