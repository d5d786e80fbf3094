import { open } from 'node:fs/promises'

/** A B-tree file of Berkeley DB has this number here, in the byte order of the machine that wrote it. */
const MAGIC = 0x00053162
const MAGIC_OFFSET = 12
/** One page: shorter files are locks. */
const LEAST_SIZE = 4096

/** True for a wallet of old versions of Bitcoin Core, kept in Berkeley DB. */
export async function isLegacyWallet(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (!handle) return false
  try {
    if ((await handle.stat()).size < LEAST_SIZE) return false
    const { buffer } = await handle.read(new Uint8Array(4), { position: MAGIC_OFFSET })
    const view = new DataView(buffer.buffer, buffer.byteOffset)
    return view.getUint32(0, true) === MAGIC || view.getUint32(0, false) === MAGIC
  } catch {
    return false
  } finally {
    await handle.close()
  }
}
