import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { CliError, EXIT } from '../exitCode.ts'
import type { Session } from '../session.ts'
import { walletFolder } from './files.ts'

const WAIT_MS = 20_000
const RETRY_MS = 40

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** False if somebody holds the lock, or a dead process's was just taken away. */
async function tryLock(path: string): Promise<boolean> {
  const own = uniqueName(path)
  try {
    await writeFile(own, String(process.pid), { flag: 'wx', mode: 0o600 })
    // The lock appears with its holder in it: a process that dies leaves none that nobody can tell the owner of.
    await link(own, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code !== 'EEXIST') throw error
  } finally {
    await rm(own, { force: true })
  }
  if (await isAbandoned(path)) await removeAbandoned(path)
  return false
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text !== undefined && !(Number(text) > 0 && isAlive(Number(text)))
}

/** Takes a dead process's lock away, but gives it back if another process was faster and it is a living one's. */
async function removeAbandoned(path: string): Promise<void> {
  const taken = uniqueName(path)
  try {
    await rename(path, taken)
    if (!(await isAbandoned(taken))) await link(taken, path)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await rm(taken, { force: true })
  }
}

const uniqueName = (path: string): string => `${path}.${process.pid}.${randomBytes(4).toString('hex')}`

/** Runs `task` while no other process of this machine changes the wallet. */
export async function withWalletLock<T>(session: Session, task: () => Promise<T>): Promise<T> {
  const path = walletFolder(session.options).lock
  const start = session.io.now()
  while (!(await tryLock(path))) {
    if (session.io.now() - start > WAIT_MS) throw new CliError(`another process holds ${path}`, EXIT.timeout)
    await session.io.sleep(RETRY_MS)
  }
  try {
    return await task()
  } finally {
    await rm(path, { force: true })
  }
}
