import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlockHash } from '@ply/primitives'

/** In the folder of a snapshot's coins: the hash of the block that they are as of. Without it they are not complete. */
const BASE_FILE = 'base_blockhash'

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Marks the coins in `folder` as complete, at once and for good. */
export async function writeBase(folder: string, base: BlockHash): Promise<void> {
  const path = join(folder, BASE_FILE)
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(base)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  // The name itself must survive a power cut, too.
  await sync(folder)
}

/** Undefined where there is none, or something else. */
export async function readBase(folder: string): Promise<BlockHash | undefined> {
  const bytes = await readFile(join(folder, BASE_FILE)).catch(() => undefined)
  return bytes?.length === 32 ? (new Uint8Array(bytes) as BlockHash) : undefined
}
