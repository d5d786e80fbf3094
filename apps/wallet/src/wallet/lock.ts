import { open, readFile, rm } from 'node:fs/promises'
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

async function tryLock(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600)
    await handle.writeFile(String(process.pid))
    await handle.close()
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code !== 'EEXIST') throw error
  }
  const holder = Number(await readFile(path, 'utf8').catch(() => ''))
  if (holder > 0 && !isAlive(holder)) await rm(path, { force: true })
  return false
}

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
