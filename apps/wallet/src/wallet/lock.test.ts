import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resolveOptions } from '../options.ts'
import { createSession, type Session } from '../session.ts'
import { walletFolder } from './files.ts'
import { type Link, withWalletLock } from './lock.ts'

const noLinks: Link = () => Promise.reject(Object.assign(new Error('not permitted'), { code: 'EPERM' }))

let datadir: string
let session: Session
/** Milliseconds that pass from one look at the clock to the next. */
let pace = 1
beforeEach(async () => {
  datadir = await mkdtemp(join(tmpdir(), 'ply-lock-'))
  const output = { write: () => undefined, isTTY: false }
  let now = 0
  pace = 1
  const io = {
    stdout: output,
    stderr: output,
    stdin: Readable.from([]),
    promptOutput: new Writable(),
    env: {},
    now: () => (now += pace),
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
  }
  session = createSession(io, resolveOptions({ datadir }, {}))
  await mkdir(walletFolder(session.options).root, { recursive: true })
})
afterEach(() => rm(datadir, { recursive: true, force: true }))

test.each([
  ['with hard links', link],
  ['without hard links', noLinks],
])('one at a time is let in, and nothing stays behind, %s', async (_, using) => {
  let inside = 0
  const task = async (): Promise<void> => {
    expect(++inside).toBe(1)
    await session.io.sleep(1)
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, () => withWalletLock(session, task, using)))
  // A process that died holding it.
  await writeFile(walletFolder(session.options).lock, '999999999')
  await Promise.all(Array.from({ length: 4 }, () => withWalletLock(session, task, using)))
  expect(await readdir(walletFolder(session.options).root)).toEqual([])
})

test('who holds it is waited for only so long', async () => {
  pace = 1000
  await writeFile(walletFolder(session.options).lock, String(process.pid))
  await expect(withWalletLock(session, () => Promise.resolve(), noLinks)).rejects.toMatchObject({ exitCode: 5 })
})
