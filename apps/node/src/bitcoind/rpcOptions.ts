import { join, resolve } from 'node:path'
import { parseHostAndPort } from '@ply/net'
import { OptionError } from './optionError.ts'
import { readPort } from './peerOptions.ts'
import type { Settings } from './settings.ts'

export interface RpcEndpoint {
  readonly host: string
  readonly port: number
  /** It goes without, too. */
  readonly optional?: boolean
}

export interface RpcSettings {
  readonly enabled: boolean
  /** Where calls are answered. */
  readonly endpoints: readonly RpcEndpoint[]
  /** Of what was asked for and is not done. */
  readonly warnings: readonly string[]
  readonly user: string | undefined
  readonly password: string | undefined
  /** `name:salt$hash` of users whose password nobody here knows. */
  readonly auth: readonly string[]
  /** Undefined: no cookie, because of `-norpccookiefile`. */
  readonly cookieFile: string | undefined
  /** Addresses and networks that may call. */
  readonly allow: readonly string[]
  /** This machine is in CJDNS: its addresses are no private ones. */
  readonly cjdns: boolean
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

/** Other machines may call only where it was said who may. */
function readEndpoints(settings: Settings, port: number): Pick<RpcSettings, 'endpoints' | 'warnings'> {
  const bound = settings.list('rpcbind').map((text) => {
    const parsed = parseHostAndPort(text, port)
    if (!parsed.ok || parsed.value.port === 0) {
      throw new OptionError(`Invalid port specified in -rpcbind: '${text}'`)
    }
    return parsed.value
  })
  const allows = settings.list('rpcallowip').length > 0
  if (bound.length > 0 && allows) return { endpoints: bound, warnings: [] }
  return {
    // Not every machine has both, but each has the first.
    endpoints: [
      { host: '127.0.0.1', port },
      { host: '::1', port, optional: true },
    ],
    warnings: [
      ...(allows ? ["Option -rpcallowip was specified without -rpcbind; this doesn't usually make sense"] : []),
      ...(bound.length > 0
        ? ['Option -rpcbind was ignored because -rpcallowip was not specified, refusing to allow everyone to connect']
        : []),
    ],
  }
}

/** How calls are answered, and whose. */
export function readRpcSettings(settings: Settings, folder: string, defaultPort: number): RpcSettings {
  const named = settings.text('rpccookiefile')
  return {
    enabled: settings.flag('server', true),
    ...readEndpoints(settings, readPort(settings, 'rpcport', defaultPort)),
    user: settings.text('rpcuser'),
    password: settings.text('rpcpassword'),
    auth: settings.list('rpcauth'),
    cookieFile: settings.isNegated('rpccookiefile') ? undefined : resolve(folder, named || join(folder, '.cookie')),
    allow: settings.list('rpcallowip'),
    cjdns: settings.flag('cjdnsreachable', false),
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
