import { lstat, open, readdir, stat } from 'node:fs/promises'
import { isAbsolute, join, normalize, relative, sep } from 'node:path'
import { isWalletFile, WALLET_FILE_HEAD_SIZE } from './walletFileCodec.ts'

/** The file of a wallet in its folder. */
const FILE_NAME = 'wallet.dat'

/** Where a wallet lies. */
export interface WalletPath {
  /** Its folder, or a file of the wallet folder that is a wallet by itself. */
  readonly path: string
  readonly file: string
}

/** What is wrong with a wallet's name as a path, in Bitcoin Core's words. */
export function checkWalletName(name: string): string | undefined {
  const plain = name.replaceAll(/\/+/g, '/')
  const endsInDots = /(^|\/)\.{1,2}\/$/.test(plain)
  if (name !== '' && (endsInDots || normalize(plain) !== plain)) {
    return 'Wallet name given as a path must be normalized'
  }
  const [first] = plain.split('/')
  if (first === '.' || first === '..') {
    return 'Wallet name given as a relative path cannot begin with ./ or ../, for wallets not in the walletdir, please use an absolute path.'
  }
  return plain === '/' ? 'Wallet name cannot be the root path' : undefined
}

/** Where the wallet of a name lies, or would; or what is wrong with the name, in Bitcoin Core's words. */
export async function findWalletPath(directory: string, name: string): Promise<WalletPath | string> {
  const problem = checkWalletName(name)
  if (problem !== undefined) return problem
  const path = isAbsolute(name) ? name : join(directory, name)
  const own = await lstat(path).catch(() => undefined)
  const target = await stat(path).catch(() => undefined)
  const isPlainFile = own?.isFile() === true && !name.includes(sep)
  if (own && !target?.isDirectory() && !isPlainFile) {
    return `Invalid -wallet path '${name}'. -wallet path should point to a directory where wallet.dat and database/log.?????????? files can be stored, a location where such a directory could be created, or (for backwards compatibility) the name of an existing data file in -walletdir ('${directory}')`
  }
  return { path, file: isPlainFile ? path : join(path, FILE_NAME) }
}

/** True if something lies there. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** True for a file that begins like one of a wallet; rejects where that cannot be told. */
export async function holdsWallet(file: string): Promise<boolean> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (!found?.isFile()) return false
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(WALLET_FILE_HEAD_SIZE), 0)
    return isWalletFile(buffer.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

/** Hears of a folder or file that cannot be looked at. */
export type ReportScanError = (path: string, error: unknown) => void

/** Names of the wallets below a folder. Links to folders count as such, but are not gone into. */
export async function listWalletNames(directory: string, report: ReportScanError): Promise<string[]> {
  const names: string[] = []
  const walk = async (folder: string, isLink: boolean): Promise<void> => {
    try {
      if (await holdsWallet(join(folder, FILE_NAME))) names.push(relative(directory, folder))
      if (isLink) return
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) await walk(path, false)
        else if (entry.isSymbolicLink() && (await isFolder(path))) await walk(path, true)
      }
    } catch (error) {
      report(folder, error)
    }
  }
  await walk(directory, false)
  return names.sort()
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
