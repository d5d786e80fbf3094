import { readFile, rename } from 'node:fs/promises'
import { AddressManager, AddressTables, decodePeersFile, encodePeersFile, type NetGroups } from '@ply/p2p'
import type { Entropy, Logger } from '@ply/ports'
import { writeFileAtomic } from '@ply/runtime'

export interface BookFile {
  readonly path: string
  readonly magic: Uint8Array
  readonly entropy: Entropy
  readonly logger: Logger
  /** A new book puts every address where every other new book does. */
  readonly testBook: boolean
  readonly groups: NetGroups
  /** Before one of so many operations the book looks whether it agrees with itself; 0 for never. */
  readonly checkEvery: number
}

const TEST_KEY = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0))

export async function saveBook({ path, magic }: BookFile, { tables }: AddressManager): Promise<void> {
  await writeFileAtomic(path, encodePeersFile(magic, tables), 0o600, `${path}.new`)
}

async function createBook(file: BookFile): Promise<AddressManager> {
  const { entropy, testBook, groups, checkEvery } = file
  const key = testBook ? TEST_KEY : entropy.bytes(TEST_KEY.length)
  const book = new AddressManager(entropy, new AddressTables(key, groups), { checkEvery })
  await saveBook(file, book)
  return book
}

/**
 * Reads peers.dat. A missing file is made; one of a later version is put aside. Rejects for one that is broken: somebody
 * may want to know why.
 */
export async function loadBook(file: BookFile): Promise<AddressManager> {
  const { path, logger, magic, entropy, groups, checkEvery } = file
  const log = (text: string): void => logger.child('addrman').log('debug', text)
  const started = performance.now()
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!bytes) {
    logger.log('info', `Creating peers.dat because the file was not found ("${path}")`)
    return createBook(file)
  }
  const decoded = decodePeersFile(magic, new Uint8Array(bytes), { groups, log })
  if (decoded.ok) {
    const book = new AddressManager(entropy, decoded.value, { checkEvery })
    logger.log('info', `Loaded ${book.size()} addresses from peers.dat ${Math.floor(performance.now() - started)}ms`)
    return book
  }
  if (decoded.error.type === 'incompatible') {
    await rename(path, `${path}.bak`)
    const words = `Creating new peers.dat because the file version was not compatible ("${path}").`
    logger.log('warn', `${words} Original backed up to peers.dat.bak`)
    return createBook(file)
  }
  const workaround = `As a workaround, you can move the file ("${path}") out of the way (rename, move, or delete)`
  const report = 'If you believe this is a bug, please report it to the authors of Ply.'
  throw new Error(
    `Invalid or corrupt peers.dat (${decoded.error.message}). ${report} ${workaround} to have a new one created on the next start.`,
  )
}
