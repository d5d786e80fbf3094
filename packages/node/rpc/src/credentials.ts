import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { bytesToHex } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { writeFileAtomic } from '@ply/runtime'

export interface Credentials {
  readonly user: string
  readonly password: string
}

const COOKIE_USER = '__cookie__'

/** Makes new credentials for this run and writes them to `path`, for the owner's eyes only. */
export async function writeCookie(path: string, entropy: Entropy): Promise<Credentials> {
  const password = bytesToHex(entropy.bytes(32))
  await writeFileAtomic(path, `${COOKIE_USER}:${password}`, 0o600)
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

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** Tells whether an Authorization header carries one of `accepted`, in time that does not depend on how close it is. */
export function createAuthorizer(accepted: readonly Credentials[]): (header: string | undefined) => boolean {
  const digests = accepted.map((credentials) => digest(`${credentials.user}:${credentials.password}`))
  return (header) => {
    const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '')?.[1]
    if (encoded === undefined) return false
    const given = digest(Buffer.from(encoded, 'base64').toString('utf8'))
    let matches = false
    for (const known of digests) if (timingSafeEqual(known, given)) matches = true
    return matches
  }
}
