import type { Clock, Logger } from '@ply/ports'
import type { Credentials } from '../credentials.ts'
import type { RpcTable } from '../method/table.ts'
import type { AddressFilter } from './allowedAddresses.ts'
import type { RpcUser } from './authorization.ts'
import type { OpenRoute } from './openRoute.ts'
import type { Whitelist } from './whitelist.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Calls are answered elsewhere too: where this address is not to be had, it goes without. */
  readonly optional?: boolean
}

export interface RpcServerOptions {
  /** 127.0.0.1 by default. Any address that is not this machine's own needs `allowed`. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where calls are answered besides. */
  readonly alsoOn?: readonly Endpoint[]
  /** Which other machines may call: `parseAllowedAddresses`. None unless given. */
  readonly allowed?: AddressFilter
  /** Who may call, by password… */
  readonly credentials: readonly Credentials[]
  /** …and by the hash of one: `parseRpcAuth`. */
  readonly users?: readonly RpcUser[]
  /** What each user may call: `parseWhitelist`. Everything unless given. */
  readonly whitelist?: Whitelist
  /** Origins of the web pages that may call from a browser, `*` for all. None unless given. */
  readonly origins?: readonly string[]
  /** The methods behind a path, or undefined where there is nothing. */
  route(path: string): RpcTable | undefined
  /** Paths that are answered without credentials, as REST is. */
  readonly openRoutes?: readonly OpenRoute[]
  /** While it returns a text, every call is answered with error -28 and that text. */
  warmup?(): string | undefined
  readonly logger: Logger
  /** Measures how long clients take, and lets wrong passwords wait. The machine's unless given. */
  readonly clock?: Pick<Clock, 'schedule'>
  /** Bytes of a request's body; 32 MiB by default. */
  readonly maxBody?: number
  /** Requests answered at the same time; 503 beyond. 80 by default: Bitcoin Core's threads and its queue. */
  readonly maxPending?: number
  /**
   * Seconds after which who asks nothing, or does not finish asking, is disconnected. Unless given, 30 for the header
   * and 300 for the whole of a request and between pieces of an answer that are taken, and none in between requests.
   */
  readonly timeout?: number
  /** Connections at a time; 256 by default. */
  readonly maxConnections?: number
}
