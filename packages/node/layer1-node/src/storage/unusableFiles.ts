import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Before an index is built anew from the block files: undo data is made again with the coins, and where old blocks were
 * deleted (`pruned`), those behind the gap lead nowhere.
 */
export async function deleteUnusableFiles(folder: string, pruned: boolean): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const blocks = new Set(names.filter((name) => /^blk\d{5,}\.dat$/.test(name)))
  if (pruned) {
    for (let file = 0; blocks.delete(`blk${String(file).padStart(5, '0')}.dat`);) file++
  } else blocks.clear()
  const undo = names.filter((name) => /^rev\d{5,}\.dat$/.test(name))
  for (const name of [...undo, ...blocks]) await rm(join(folder, name))
}
