import type { Logger } from '@ply/ports'
import {
  type Credentials,
  parseAllowedAddresses,
  parseRpcAuth,
  parseWhitelist,
  type RpcServerOptions,
  type RpcUser,
  writeCookie,
} from '@ply/rpc'
import { systemEntropy } from '@ply/runtime'
import { OptionError } from './bitcoind/optionError.ts'
import type { RpcSettings } from './bitcoind/rpcOptions.ts'
import type { PlydOptions } from './options.ts'

/** What bitcoind says when its server does not come up; why stands in the log. */
const NO_HTTP_SERVER = 'Unable to start HTTP server. See debug log for details.'

const DEFAULT_THREADS = 16
const DEFAULT_WORK_QUEUE = 64
/** bitcoind's `-rpccookieperms`. */
const COOKIE_MODES = { owner: 0o600, group: 0o640, all: 0o644 } as const

function readUsers(entries: readonly string[], logger: Logger): RpcUser[] {
  return entries.map((entry) => {
    const user = parseRpcAuth(entry)
    if (user.ok) return user.value
    logger.log('warn', user.error)
    throw new OptionError(NO_HTTP_SERVER)
  })
}

function readBitcoindAccess(rpc: RpcSettings, logger: Logger): Omit<RpcAccess, 'credentials'> {
  const [first, ...alsoOn] = rpc.endpoints
  const allowed = parseAllowedAddresses(rpc.allow, { cjdns: rpc.cjdns })
  if (!allowed.ok) throw new OptionError(allowed.error)
  return {
    host: first!.host,
    port: first!.port,
    alsoOn,
    ...(rpc.allow.length > 0 && { allowed: allowed.value }),
    users: readUsers(rpc.auth, logger),
    whitelist: parseWhitelist(rpc.whitelist, rpc.whitelistDefault),
    origins: rpc.origins,
    // Its threads would answer, and its queue hold, as many.
    maxPending: Math.max(rpc.threads ?? DEFAULT_THREADS, 1) + Math.max(rpc.workQueue ?? DEFAULT_WORK_QUEUE, 1),
    ...(rpc.timeout !== undefined && { timeout: rpc.timeout }),
  }
}

type RpcAccess = Pick<
  RpcServerOptions,
  'host' | 'port' | 'alsoOn' | 'allowed' | 'credentials' | 'users' | 'whitelist' | 'origins' | 'maxPending' | 'timeout'
>

/** Where calls are answered, and whose. Throws {@link OptionError} in bitcoind's words. */
export function readRpcAccess(options: PlydOptions, logger: Logger): RpcAccess {
  const { bitcoind, rpcPort, rpcUser = '', rpcPassword } = options
  const credentials: Credentials[] = rpcPassword ? [{ user: rpcUser, password: rpcPassword }] : []
  if (!bitcoind) return { port: rpcPort, origins: options.rpcOrigins, credentials }
  return { ...readBitcoindAccess(bitcoind.rpc, logger), credentials }
}

/** Makes the cookie of this run; undefined where there is to be none. */
export async function createCookie(
  options: PlydOptions,
  usual: string,
  logger: Logger,
): Promise<{ readonly path: string; readonly credentials: Credentials } | undefined> {
  const file = readCookieFile(options, usual, logger)
  if (!file) return undefined
  try {
    return { path: file.path, credentials: await writeCookie(file.path, systemEntropy, file.mode) }
  } catch (error) {
    logger.log('warn', `Unable to open cookie authentication file ${file.path} for writing`, { error })
    throw new OptionError(NO_HTTP_SERVER)
  }
}

/** Where the cookie goes and who may read it; undefined where there is none: bitcoind makes none beside a password. */
function readCookieFile(
  { bitcoind, rpcPassword }: PlydOptions,
  usual: string,
  logger: Logger,
): { readonly path: string; readonly mode: number } | undefined {
  if (!bitcoind) return { path: usual, mode: COOKIE_MODES.owner }
  const { cookieFile, cookieReaders = 'owner' } = bitcoind.rpc
  if (rpcPassword) return undefined
  if (cookieFile === undefined) {
    logger.log('info', 'RPC authentication cookie file generation is disabled.')
    return undefined
  }
  if (cookieReaders !== 'owner' && cookieReaders !== 'group' && cookieReaders !== 'all') {
    logger.log('error', `Invalid -rpccookieperms=${cookieReaders}; must be one of 'owner', 'group', or 'all'.`)
    throw new OptionError(NO_HTTP_SERVER)
  }
  return { path: cookieFile, mode: COOKIE_MODES[cookieReaders] }
}
