import { join, resolve } from 'node:path'
import { parseHostAndPort } from '@ply/net'
import { OptionError } from './optionError.ts'
import { readPort } from './peerOptions.ts'
import type { Settings } from './settings.ts'

export interface RpcSettings {
  readonly enabled: boolean
  /** Where calls are answered. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[]
  readonly user: string | undefined
  readonly password: string | undefined
  /** `name:salt$hash` of users whose password nobody here knows. */
  readonly auth: readonly string[]
  /** Undefined: no cookie, because of `-norpccookiefile`. */
  readonly cookieFile: string | undefined
  /** Addresses and networks that may call. */
  readonly allow: readonly string[]
  /** `name:method,method`. */
  readonly whitelist: readonly string[]
  readonly whitelistDefault: boolean | undefined
  /** Who may read the cookie. */
  readonly cookieReaders: string | undefined
  readonly threads: number | undefined
  readonly workQueue: number | undefined
  /** Seconds. */
  readonly timeout: number | undefined
  /** Web pages that may call. */
  readonly origins: readonly string[]
  readonly rest: boolean
}

const DEFAULT_ENDPOINT = '127.0.0.1'

/** Other machines may call only where it was said who may. */
function readEndpoints(settings: Settings, port: number): RpcSettings['endpoints'] {
  const bound = settings.list('rpcbind')
  if (bound.length === 0 || settings.list('rpcallowip').length === 0) return [{ host: DEFAULT_ENDPOINT, port }]
  return bound.map((text) => {
    const parsed = parseHostAndPort(text, port)
    if (!parsed.ok) throw new OptionError(`Invalid port specified in -rpcbind: '${text}'`)
    return parsed.value
  })
}

/** How calls are answered, and whose. */
export function readRpcSettings(settings: Settings, folder: string, defaultPort: number): RpcSettings {
  const named = settings.text('rpccookiefile')
  return {
    enabled: settings.flag('server', true),
    endpoints: readEndpoints(settings, readPort(settings, 'rpcport', defaultPort)),
    user: settings.text('rpcuser'),
    password: settings.text('rpcpassword'),
    auth: settings.list('rpcauth'),
    cookieFile: settings.isNegated('rpccookiefile') ? undefined : resolve(folder, named || join(folder, '.cookie')),
    allow: settings.list('rpcallowip'),
    whitelist: settings.list('rpcwhitelist'),
    whitelistDefault: settings.isSet('rpcwhitelistdefault') ? settings.flag('rpcwhitelistdefault', false) : undefined,
    cookieReaders: settings.text('rpccookieperms'),
    threads: settings.integer('rpcthreads'),
    workQueue: settings.integer('rpcworkqueue'),
    timeout: settings.integer('rpcservertimeout'),
    origins: settings.list('rpccors'),
    rest: settings.flag('rest', false),
  }
}
