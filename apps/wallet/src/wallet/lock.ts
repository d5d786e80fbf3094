import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { CliError, EXIT } from '../exitCode.ts'
import type { Session } from '../session.ts'
import { walletFolder } from './files.ts'

const WAIT_MS = 20_000
const RETRY_MS = 40
/** What a file system without hard links (FAT, some network shares) answers. */
const NO_LINKS: readonly unknown[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EACCES']

/** How a file gets a second name; it fails where that name is taken. */
export type Link = (from: string, to: string) => Promise<void>

interface Lock {
  readonly path: string
  readonly link: Link
  readonly session: Session
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

const uniqueName = (path: string): string => `${path}.${process.pid}.${randomBytes(4).toString('hex')}`

/**
 * Gives the file `own` the lock's name; fails with EEXIST where somebody has it. With hard links the lock appears with
 * its holder in it: a process that dies leaves none that nobody can tell the owner of. Without, there is a moment
 * between the file and its content.
 */
async function place(own: string, { path, link }: Lock): Promise<void> {
  try {
    await link(own, path)
  } catch (error) {
    if (!NO_LINKS.includes(codeOf(error))) throw error
    await writeFile(path, await readFile(own), { flag: 'wx', mode: 0o600 })
  }
}

/** False if somebody holds the lock, or a dead process's was just taken away. */
async function tryLock(lock: Lock): Promise<boolean> {
  const own = uniqueName(lock.path)
  try {
    await writeFile(own, String(process.pid), { flag: 'wx', mode: 0o600 })
    await place(own, lock)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(own, { force: true })
  }
  if (await isAbandoned(lock.path, lock.session)) await removeAbandoned(lock)
  return false
}

const read = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)

async function isAbandoned(path: string, session: Session): Promise<boolean> {
  let text = await read(path)
  if (text === '') {
    // Its holder may be about to write its name.
    await session.io.sleep(RETRY_MS)
    text = await read(path)
  }
  return text !== undefined && !(Number(text) > 0 && isAlive(Number(text)))
}

/** Takes a dead process's lock away, but gives it back if another process was faster and it is a living one's. */
async function removeAbandoned(lock: Lock): Promise<void> {
  const taken = uniqueName(lock.path)
  try {
    await rename(lock.path, taken)
    if (!(await isAbandoned(taken, lock.session))) await place(taken, lock)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
  } finally {
    await rm(taken, { force: true })
  }
}

/** Runs `task` while no other process of this machine changes the wallet. */
export async function withWalletLock<T>(session: Session, task: () => Promise<T>, using: Link = link): Promise<T> {
  const lock = { path: walletFolder(session.options).lock, link: using, session }
  const start = session.io.now()
  while (!(await tryLock(lock))) {
    if (session.io.now() - start > WAIT_MS) throw new CliError(`another process holds ${lock.path}`, EXIT.timeout)
    await session.io.sleep(RETRY_MS)
  }
  try {
    return await task()
  } finally {
    await rm(lock.path, { force: true })
  }
}
