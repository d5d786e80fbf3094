import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DEFAULT_VERIFY_SCOPE, type PruneTarget, type ReindexScope, type VerifyScope } from '@ply/layer1-node'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const MEBIBYTE = 2 ** 20
/** MiB: room for 288 full blocks and what comes before the next look. */
const MIN_PRUNE_TARGET = 550
/** Bytes of a block file under `-fastprune`. */
const FAST_PRUNE_FILE_SIZE = 0x10000
/** MiB that `-dbcache` gives at least, as in Bitcoin Core. */
const MIN_DB_CACHE = 4

export interface StorageSettings {
  /** Another data directory for the block files. */
  readonly blocksDirectory: string | undefined
  readonly prune: PruneTarget | undefined
  readonly reindex: ReindexScope | undefined
  readonly txIndex: boolean
  readonly blockFilterIndex: boolean
  readonly coinStatsIndex: boolean
  readonly txoSpenderIndex: boolean
  readonly blockFileSize: number | undefined
  readonly obfuscateBlocks: boolean
  /** Files of blocks to take in. */
  readonly loadBlocks: readonly string[]
  readonly verify: VerifyScope
  /** Memory for coins; undefined for the node's own bound. */
  readonly coinsCacheBytes: number | undefined
}

function readPrune(settings: Settings): PruneTarget | undefined {
  const mebibytes = settings.integer('prune') ?? 0
  if (mebibytes === 0) return undefined
  if (settings.flag('txindex', false)) throw new OptionError('Prune mode is incompatible with -txindex.')
  if (settings.flag('txospenderindex', false)) {
    throw new OptionError('Prune mode is incompatible with -txospenderindex.')
  }
  if (settings.flag('reindex-chainstate', false)) {
    throw new OptionError('Prune mode is incompatible with -reindex-chainstate. Use full -reindex instead.')
  }
  if (mebibytes < 0) throw new OptionError('Prune cannot be configured with a negative value.')
  if (mebibytes === 1) return 'manual'
  if (mebibytes < MIN_PRUNE_TARGET) {
    throw new OptionError(`Prune configured below the minimum of ${MIN_PRUNE_TARGET} MiB.  Please use a higher number.`)
  }
  return mebibytes * MEBIBYTE
}

/** Types of filters by name; without a value all, which is one. */
export function readBlockFilterIndex(settings: Settings): boolean {
  const types = settings.list('blockfilterindex')
  const unknown = types.find((type) => !['', '0', '1', 'basic'].includes(type))
  if (unknown !== undefined) throw new OptionError(`Unknown -blockfilterindex value ${unknown}.`)
  return types.length > 0 && types.at(-1) !== '0'
}

function readBlocksDirectory(settings: Settings): string | undefined {
  const path = settings.text('blocksdir')
  if (path === undefined) return undefined
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isDirectory()) throw new OptionError(`Specified blocks directory "${path}" does not exist.`)
  return resolve(path)
}

function readCoinsCache(settings: Settings): number | undefined {
  const mebibytes = settings.integer('dbcache')
  return mebibytes === undefined ? undefined : Math.max(mebibytes, MIN_DB_CACHE) * MEBIBYTE
}

/** What is kept on disk, and what of it is made anew. */
export function readStorageSettings(settings: Settings): StorageSettings {
  return {
    blocksDirectory: readBlocksDirectory(settings),
    prune: readPrune(settings),
    reindex: settings.flag('reindex', false)
      ? 'blocks'
      : settings.flag('reindex-chainstate', false)
        ? 'coins'
        : undefined,
    txIndex: settings.flag('txindex', false),
    blockFilterIndex: readBlockFilterIndex(settings),
    coinStatsIndex: settings.flag('coinstatsindex', false),
    txoSpenderIndex: settings.flag('txospenderindex', false),
    loadBlocks: settings.list('loadblock'),
    obfuscateBlocks: settings.flag('blocksxor', true),
    verify: {
      depth: settings.integer('checkblocks') ?? DEFAULT_VERIFY_SCOPE.depth,
      level: settings.integer('checklevel') ?? DEFAULT_VERIFY_SCOPE.level,
    },
    coinsCacheBytes: readCoinsCache(settings),
    blockFileSize: settings.flag('fastprune', false) ? FAST_PRUNE_FILE_SIZE : undefined,
  }
}
