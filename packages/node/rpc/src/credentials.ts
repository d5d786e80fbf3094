import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { bytesToHex } from '@ply/bytes'
import type { Entropy } from '@ply/ports'

export interface Credentials {
  readonly user: string
  readonly password: string
}

const COOKIE_USER = '__cookie__'

/** Makes new credentials for this run and writes them to `path`, for the owner's eyes only unless `mode` lets others. */
export async function writeCookie(path: string, entropy: Entropy, mode = 0o600): Promise<Credentials> {
  const password = bytesToHex(entropy.bytes(32))
  // Where it is written first is part of bitcoind's manners: programs that watch the folder know the name.
  const unfinished = `${path}.tmp`
  await writeFile(unfinished, `${COOKIE_USER}:${password}`, { mode: 0o600 })
  if (mode !== 0o600) await chmod(unfinished, mode)
  await rename(unfinished, path)
  return { user: COOKIE_USER, password }
}

/** Takes the cookie file away, unless another server has put its own there meanwhile. */
export async function removeCookie(path: string, { password }: Credentials): Promise<void> {
  const found = await readCookie(path).catch(() => undefined)
  if (found?.password === password) await rm(path, { force: true })
}

/** The credentials in a cookie file; rejects where there is none. */
export async function readCookie(path: string): Promise<Credentials> {
  const content = (await readFile(path, 'utf8')).trim()
  const colon = content.indexOf(':')
  if (colon < 0) throw new Error(`${path} is not a cookie file`)
  return { user: content.slice(0, colon), password: content.slice(colon + 1) }
}

export const basicAuthorization = ({ user, password }: Credentials): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
