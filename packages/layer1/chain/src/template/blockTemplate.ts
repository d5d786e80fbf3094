import {
  type ChainHeader,
  computeMedianTimePast,
  computeNextBits,
  computeSubsidy,
  isBuriedActive,
  MAX_BLOCK_WEIGHT,
  MAX_TIMEWARP,
} from '@ply/consensus'
import {
  type Block,
  blockMerkleRoot,
  difficultyAdjustmentInterval,
  type NetworkParameters,
  type Sats,
  sats,
  type Transaction,
} from '@ply/primitives'
import { commitToWitnesses, createCoinbase } from './coinbase.ts'
import { selectPackages, type TemplateEntry, type TemplatePackage } from './packageSelection.ts'

/** Bitcoin Core's defaults for what a template leaves free. */
export const DEFAULT_RESERVED_WEIGHT = 8000
export const DEFAULT_RESERVED_SIGOPS = 400
/** Satoshi per 1000 vbytes. */
export const DEFAULT_BLOCK_MIN_FEE_RATE = 1n

export interface TemplateRequest {
  readonly parameters: NetworkParameters
  readonly previous: ChainHeader
  /** Our time in seconds. */
  readonly now: number
  /** Version of the new block: `VersionBitsCache.blockVersion(previous)`. */
  readonly version: number
  /** Where subsidy and fees go. */
  readonly scriptPubKey: Uint8Array
  /** What the mempool offers, best feerate first. */
  readonly packages?: Iterable<TemplatePackage>
  /** Instead of packages: exactly these, whatever rules they break, for no more than the subsidy. */
  readonly transactions?: readonly Transaction[]
  readonly maxWeight?: number
  readonly reservedWeight?: number
  readonly minFeeRate?: bigint
}

export interface BlockTemplate {
  readonly height: number
  /** Complete but for its nonce. */
  readonly block: Block
  /** The transactions after the coinbase, with what they pay and cost. */
  readonly entries: readonly TemplateEntry[]
  readonly fees: Sats
  /** The least time that the block may carry. */
  readonly minTime: number
}

/** The least time of a block after `previous`. BIP 94's rule is kept everywhere, so that it can come without harm. */
export function computeMinimumTime(previous: ChainHeader, parameters: NetworkParameters): number {
  const afterMedian = computeMedianTimePast(previous) + 1
  const startsPeriod = (previous.height + 1) % difficultyAdjustmentInterval(parameters) === 0
  return startsPeriod ? Math.max(afterMedian, previous.time - MAX_TIMEWARP) : afterMedian
}

/** Puts together the next block: coinbase, packages while they fit, commitments and header. Nonce 0. */
export function createBlockTemplate(request: TemplateRequest): BlockTemplate {
  const { parameters, previous, version, scriptPubKey } = request
  const height = previous.height + 1
  const entries = selectPackages(request.transactions ? [] : (request.packages ?? []), {
    maxWeight: request.maxWeight ?? MAX_BLOCK_WEIGHT,
    reservedWeight: request.reservedWeight ?? DEFAULT_RESERVED_WEIGHT,
    reservedSigops: DEFAULT_RESERVED_SIGOPS,
    minFeeRate: request.minFeeRate ?? DEFAULT_BLOCK_MIN_FEE_RATE,
    height,
    lockTimeCutoff: computeMedianTimePast(previous),
  })
  const fees = sats(entries.reduce((sum, entry) => sum + entry.fee, 0n))
  const others = request.transactions ?? entries.map((entry) => entry.tx)
  const reward = sats(fees + computeSubsidy(height, parameters))
  const segwitActive = isBuriedActive('segwit', height, parameters)
  const coinbase = commitToWitnesses(createCoinbase(height, reward, scriptPubKey), others, segwitActive)
  const minTime = computeMinimumTime(previous, parameters)
  const time = Math.max(request.now, minTime)
  const transactions = [coinbase, ...others]
  const header = {
    version,
    previousBlockHash: previous.hash,
    merkleRoot: blockMerkleRoot({ transactions }).root,
    time,
    bits: computeNextBits(previous, time, parameters),
    nonce: 0,
  }
  return { height, block: { header, transactions }, entries, fees, minTime }
}
