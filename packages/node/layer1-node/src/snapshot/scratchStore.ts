import { rm } from 'node:fs/promises'
import { bytesToHex, compareBytes } from '@ply/bytes'
import type { Store, StoreOp } from '@ply/ports'
import { openLevelStore } from '@ply/storage'

/** A store for a while: what is in it is gone when it is closed. */
export type ScratchStore = Pick<Store, 'batch' | 'close' | 'iterate'>

/** On disk, in a folder of its own. */
export async function openScratchFolder(folder: string): Promise<ScratchStore> {
  await rm(folder, { recursive: true, force: true })
  const store = await openLevelStore(folder)
  return {
    batch: (ops) => store.batch(ops),
    iterate: (range) => store.iterate(range),
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** In memory, which it takes a lot of. It can only be read as a whole. */
export function createScratchMemory(): ScratchStore {
  const puts = new Map<string, Extract<StoreOp, { readonly type: 'put' }>>()
  return {
    batch: (ops) => {
      for (const op of ops) {
        if (op.type === 'put') puts.set(bytesToHex(op.key), op)
        else puts.delete(bytesToHex(op.key))
      }
      return Promise.resolve()
    },
    async *iterate() {
      for (const { key, value } of [...puts.values()].sort((a, b) => compareBytes(a.key, b.key))) yield [key, value]
    },
    close: () => {
      puts.clear()
      return Promise.resolve()
    },
  }
}
