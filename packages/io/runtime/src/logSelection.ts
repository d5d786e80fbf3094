import type { LogLevel } from '@ply/ports'

/** What a logger's lines can be about: bitcoind's categories, then our own. */
export const LOG_CATEGORIES: readonly string[] = [
  ...['net', 'tor', 'mempool', 'http', 'bench', 'zmq', 'walletdb', 'rpc', 'estimatefee', 'addrman', 'selectcoins'],
  ...['reindex', 'cmpctblock', 'rand', 'prune', 'proxy', 'mempoolrej', 'coindb', 'qt', 'leveldb'],
  ...['validation', 'i2p', 'ipc', 'blockstorage', 'txreconciliation', 'scan', 'txpackages', 'kernel'],
  ...['privatebroadcast', 'ln', 'mining', 'index'],
]

/** Categories of former times, with what is said to who still uses them. */
export const DEPRECATED_LOG_CATEGORIES: ReadonlyMap<string, string> = new Map(
  ['libevent'].map((name) => [
    name,
    `The logging category \`${name}\` is deprecated, does nothing, and will be removed in a future version`,
  ]),
)

/** Which `debug` and `trace` lines are written; lines from `info` up always are. */
export interface LogSelection {
  readonly categories: ReadonlySet<string>
  readonly level: 'info' | 'debug' | 'trace'
  /** Levels of single categories, before {@link level}. */
  readonly levels?: ReadonlyMap<string, 'info' | 'debug' | 'trace'>
}

/** Categories by name, `all` for every one, which writes `trace` lines as well. */
export function selectCategories(names: readonly string[]): LogSelection {
  const all = names.includes('all')
  return { categories: new Set(all ? LOG_CATEGORIES : names), level: all ? 'trace' : 'debug' }
}

/** Whether a line of `level` is written. */
export function selectsLine(selection: LogSelection, level: LogLevel, category: string): boolean {
  if (level !== 'debug' && level !== 'trace') return true
  if (category !== '' && !selection.categories.has(category)) return false
  // What is about nothing in particular comes with everything.
  if (category === '' && selection.categories.size < LOG_CATEGORIES.length / 2) return false
  const least = selection.levels?.get(category) ?? selection.level
  return least === 'trace' || (least === 'debug' && level === 'debug')
}
