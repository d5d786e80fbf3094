import { DEFAULT_MEMPOOL_OPTIONS, type MempoolOptions } from '@ply/layer1-node'
import type { NetworkName } from '@ply/primitives'
import { readAmount } from './amount.ts'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

/** Transactions of one cluster at most, whatever the settings say. */
const MAX_CLUSTER_COUNT = 64
/** Megabytes where no transactions are relayed. */
const BLOCKSONLY_MAX_MEMPOOL = 5
/** Bytes of memory that the pool has at least for each vbyte of the largest cluster. */
const CLUSTERS_OF_ROOM = 40

/** A cluster as large as it may be must fit in many times over, or a single one could empty the pool. */
function checkRoom({ maxBytes, maxClusterWeight }: MempoolOptions): void {
  const least = (maxClusterWeight / 4) * CLUSTERS_OF_ROOM
  if (maxBytes < 0 || (maxBytes > 0 && maxBytes < least)) {
    throw new OptionError(`-maxmempool must be at least ${Math.ceil(least / 1_000_000)} MB`)
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function readFeeRates(settings: Settings, options: Partial<Mutable<MempoolOptions>>): void {
  const incremental = readAmount(settings, 'incrementalrelayfee')
  const minRelay = readAmount(settings, 'minrelaytxfee')
  const dust = readAmount(settings, 'dustrelayfee')
  if (incremental !== undefined) options.incrementalFeeRate = incremental
  if (dust !== undefined) options.dustFeeRate = dust
  if (minRelay !== undefined) options.minRelayFeeRate = minRelay
  // Who sets the step alone sets both.
  else if (incremental !== undefined && incremental > DEFAULT_MEMPOOL_OPTIONS.minRelayFeeRate)
    options.minRelayFeeRate = incremental
}

/** The policy that the settings ask for. */
export function readMempoolOptions(settings: Settings, network: NetworkName): Partial<MempoolOptions> {
  // Who stands in for bitcoind does not guess.
  const options: Partial<Mutable<MempoolOptions>> = { fallbackFeeRate: undefined }
  readFeeRates(settings, options)
  const blocksOnly = settings.flag('blocksonly', false)
  const megabytes = settings.integer('maxmempool') ?? (blocksOnly ? BLOCKSONLY_MAX_MEMPOOL : undefined)
  if (megabytes !== undefined) options.maxBytes = megabytes * 1_000_000
  const hours = settings.integer('mempoolexpiry')
  if (hours !== undefined) options.expiry = hours * 3600
  if (!settings.flag('datacarrier', true)) options.maxDatacarrierBytes = undefined
  else if (settings.isSet('datacarriersize')) options.maxDatacarrierBytes = settings.integer('datacarriersize') ?? 0
  if (!settings.flag('permitbaremultisig', true)) options.permitBareMultisig = false
  if (settings.flag('acceptnonstdtxn', false)) {
    if (network === 'main') throw new OptionError(`acceptnonstdtxn is not currently supported for ${network} chain`)
    options.requireStandard = false
  }
  const count = settings.integer('limitclustercount')
  if (count !== undefined && count > MAX_CLUSTER_COUNT) {
    throw new OptionError(`limitclustercount must be less than or equal to ${MAX_CLUSTER_COUNT}`)
  }
  if (count !== undefined) options.maxClusterCount = count
  const kilobytes = settings.integer('limitclustersize')
  if (kilobytes !== undefined) options.maxClusterWeight = kilobytes * 4000
  const bytesPerSigop = settings.integer('bytespersigop')
  if (bytesPerSigop !== undefined) options.bytesPerSigop = bytesPerSigop
  checkRoom({ ...DEFAULT_MEMPOOL_OPTIONS, ...options })
  return options
}
