import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesToHex } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { OBFUSCATION_KEY_SIZE } from '@ply/storage'

/** The block files are obfuscated, and were to be opened as if they were not. */
export class XorKeyError extends Error {
  override readonly name = 'XorKeyError'
}

const isZero = (key: Uint8Array): boolean => key.every((byte) => byte === 0)

async function storedKey(path: string): Promise<Uint8Array | undefined> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (content && content.length !== OBFUSCATION_KEY_SIZE) throw new XorKeyError(`${path} does not hold a key`)
  return content && new Uint8Array(content)
}

/**
 * The key in a folder's `xor.dat`. Where there is none, one is written if somebody said whether the files are to be
 * obfuscated (`wanted`): a random one for a fresh folder, else zeros. Rejects with {@link XorKeyError} where the files
 * are obfuscated and should not be.
 */
export async function openXorKey(folder: string, wanted: boolean | undefined, entropy: Entropy): Promise<Uint8Array> {
  const path = join(folder, 'xor.dat')
  const stored = await storedKey(path)
  if (stored) {
    if (wanted === false && !isZero(stored)) {
      throw new XorKeyError(
        `The blocksdir XOR-key can not be disabled when a random key was already stored! Stored key: '${bytesToHex(stored)}', stored path: '${path}'.`,
      )
    }
    return stored
  }
  if (wanted === undefined) return new Uint8Array(OBFUSCATION_KEY_SIZE)
  await mkdir(folder, { recursive: true })
  const isFresh = !(await readdir(folder)).some((name) => /^(blk|rev)\d+\.dat$/.test(name))
  const key = wanted && isFresh ? entropy.bytes(OBFUSCATION_KEY_SIZE) : new Uint8Array(OBFUSCATION_KEY_SIZE)
  await writeFile(path, key)
  return key
}
