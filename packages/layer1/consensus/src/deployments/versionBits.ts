import { assert } from '@ply/bytes'
import type { VersionBitsDeployment } from '@ply/primitives'
import type { ChainHeader } from '../header/chainHeader.ts'
import { computeMedianTimePast } from '../header/medianTimePast.ts'

/** The first three bits of a version that signals (BIP 9). */
export const VERSIONBITS_TOP_BITS = 0x20000000
const VERSIONBITS_TOP_MASK = 0xe0000000
/** Bits that may signal (BIP 323 left five). */
export const VERSIONBITS_NUM_BITS = 5

/** BIP 9's states by the names that RPC uses. */
export type DeploymentState = 'defined' | 'started' | 'locked_in' | 'active' | 'failed'

/** A deployment, and which blocks count as signalling for it. */
export interface ThresholdCondition extends Omit<VersionBitsDeployment, 'bit'> {
  signals(block: ChainHeader): boolean
}

/**
 * States already computed, by the last block of the period before (undefined for the first period). Holds for one
 * condition on any branch; it may be thrown away at any time.
 */
export type DeploymentCache = Map<ChainHeader | undefined, DeploymentState>

/** True if `version` is in BIP 9's form and has `bit` set. */
export function hasVersionBit(version: number, bit: number): boolean {
  return (version & VERSIONBITS_TOP_MASK) >>> 0 === VERSIONBITS_TOP_BITS && ((version >>> bit) & 1) === 1
}

/** The condition of a deployment that blocks signal for with its bit. */
export function deploymentCondition(deployment: VersionBitsDeployment): ThresholdCondition {
  return { ...deployment, signals: (block) => hasVersionBit(block.version, deployment.bit) }
}

/** The last block of the period before the one that the block after `previous` lies in. */
function periodBase(previous: ChainHeader | undefined, period: number): ChainHeader | undefined {
  return previous?.ancestor(previous.height - ((previous.height + 1) % period))
}

function countSignals(last: ChainHeader, condition: ThresholdCondition): number {
  let count = 0
  let block: ChainHeader | undefined = last
  for (let i = 0; i < condition.period && block !== undefined; i++) {
    if (condition.signals(block)) count++
    block = block.previous
  }
  return count
}

/** BIP 9's transition over the period that ends with `last`. */
function nextState(state: DeploymentState, last: ChainHeader, condition: ThresholdCondition): DeploymentState {
  switch (state) {
    case 'defined':
      return computeMedianTimePast(last) >= Number(condition.startTime) ? 'started' : 'defined'
    case 'started':
      if (countSignals(last, condition) >= condition.threshold) return 'locked_in'
      return computeMedianTimePast(last) >= condition.timeout ? 'failed' : 'started'
    case 'locked_in':
      return last.height + 1 >= condition.minActivationHeight ? 'active' : 'locked_in'
    case 'active':
    case 'failed':
      return state
  }
}

/** BIP 9: the state that holds in the block after `previous` (undefined: in the genesis block). */
export function computeDeploymentState(
  condition: ThresholdCondition,
  previous: ChainHeader | undefined,
  cache: DeploymentCache,
): DeploymentState {
  if (condition.startTime === 'always') return 'active'
  if (condition.startTime === 'never') return 'failed'
  const unknown: ChainHeader[] = []
  let base = periodBase(previous, condition.period)
  while (!cache.has(base)) {
    // Nothing before the start time can have left the first state.
    if (base === undefined || computeMedianTimePast(base) < condition.startTime) {
      cache.set(base, 'defined')
      break
    }
    unknown.push(base)
    base = base.ancestor(base.height - condition.period)
  }
  let state = cache.get(base)
  assert(state !== undefined, 'the walk over periods ends at a known one')
  for (const last of unknown.reverse()) {
    state = nextState(state, last, condition)
    cache.set(last, state)
  }
  return state
}

/** The height of the first block in the state that holds after `previous`; 0 for a state since genesis. */
export function computeDeploymentSince(
  condition: ThresholdCondition,
  previous: ChainHeader | undefined,
  cache: DeploymentCache,
): number {
  if (condition.startTime === 'always' || condition.startTime === 'never') return 0
  const state = computeDeploymentState(condition, previous, cache)
  if (state === 'defined') return 0
  let base = periodBase(previous, condition.period)
  assert(base !== undefined, 'a deployment leaves its first state at a period’s end')
  for (;;) {
    const before: ChainHeader | undefined = base.ancestor(base.height - condition.period)
    if (before === undefined || computeDeploymentState(condition, before, cache) !== state) return base.height + 1
    base = before
  }
}

export interface DeploymentStatistics {
  readonly period: number
  readonly threshold: number
  /** Blocks of the current period up to and with the one asked about. */
  readonly elapsed: number
  /** How many of them signal. */
  readonly count: number
  /** Whether the threshold can still be met in this period. */
  readonly possible: boolean
  /** For each elapsed block, in order, whether it signals. */
  readonly signalling: readonly boolean[]
}

/** How the signalling period that `block` lies in has gone so far. */
export function computeDeploymentStatistics(condition: ThresholdCondition, block: ChainHeader): DeploymentStatistics {
  const { period, threshold } = condition
  const elapsed = 1 + (block.height % period)
  const signalling: boolean[] = []
  for (let at: ChainHeader | undefined = block; at !== undefined && signalling.length < elapsed; at = at.previous) {
    signalling.push(condition.signals(at))
  }
  signalling.reverse()
  const count = signalling.filter(Boolean).length
  return { period, threshold, elapsed, count, possible: period - threshold >= elapsed - count, signalling }
}
