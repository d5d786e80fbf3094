import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '@ply/bytes'
import type { Credentials } from '../credentials.ts'

/** A user whose password is known by its hash alone: HMAC-SHA256, keyed with the salt, in hexadecimal. */
export interface RpcUser {
  readonly user: string
  readonly salt: string
  readonly hash: string
}

const computeHash = (password: string, salt: string): string =>
  createHmac('sha256', salt).update(password).digest('hex')

/** A user of whom the password itself is known. */
export const userFromCredentials = ({ user, password }: Credentials): RpcUser => ({
  user,
  salt: '',
  hash: computeHash(password, ''),
})

/** `user:salt$hash` of `-rpcauth`; violation: Bitcoin Core's words. */
export function parseRpcAuth(text: string): Result<RpcUser, string> {
  const [user, secret, ...more] = text.split(':')
  const [salt, hash, ...evenMore] = (secret ?? '').split('$')
  if (user === undefined || salt === undefined || hash === undefined || more.length + evenMore.length > 0) {
    return err('Invalid -rpcauth argument.')
  }
  return ok({ user, salt, hash })
}

/** Equal, in time that depends on nothing but the lengths. */
function equalText(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)]
  return first.length === second.length && timingSafeEqual(first, second)
}

function readBasic(header: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Names the user whose credentials an Authorization header carries, undefined where they are nobody's. */
export type Authorizer = (header: string | undefined) => string | undefined

function findUser(users: readonly RpcUser[], header: string): string | undefined {
  const given = readBasic(header)
  if (!given) return undefined
  const found = users.find(
    ({ user, salt, hash }) => equalText(user, given.user) && equalText(hash, computeHash(given.password, salt)),
  )
  return found?.user
}

/** Headers that were right and are remembered: each user may write it in several ways. */
const MAX_REMEMBERED = 64

/**
 * The time it takes does not depend on how close a password is: what is remembered of right headers is their hash, of
 * which nobody can guess one part after another.
 */
export function createAuthorizer(users: readonly RpcUser[]): Authorizer {
  const remembered = new Map<string, string>()
  return (header) => {
    if (header === undefined) return undefined
    const digest = hash('sha256', header, 'base64')
    const known = remembered.get(digest)
    if (known !== undefined) return known
    const user = findUser(users, header)
    if (user !== undefined && remembered.size < MAX_REMEMBERED) remembered.set(digest, user)
    return user
  }
}
