import { ok, type Result } from '@ply/bytes'
import type { BlockHeader, NetworkParameters } from '@ply/primitives'
import { checkBlockVersion } from './header/blockVersion.ts'
import type { ChainHeader } from './header/chainHeader.ts'
import { checkDifficulty } from './header/difficultyAdjustment.ts'
import { checkFutureBlockTime } from './header/futureBlockTime.ts'
import { checkMedianTimePast } from './header/medianTimePast.ts'
import { checkProofOfWork } from './header/proofOfWork.ts'
import { checkTimewarp } from './header/timewarp.ts'
import type { BlockViolation } from './violation.ts'

export interface HeaderContext {
  readonly parameters: NetworkParameters
  readonly previous: ChainHeader
  /** Our time in seconds (network-independent). */
  readonly now: number
}

/**
 * Every rule of a header on top of `previous`, in order. Violations `high-hash`, and those of
 * {@link checkContextualHeader}. The genesis block has no parent and is valid by definition.
 */
export function checkHeader(header: BlockHeader, context: HeaderContext): Result<undefined, BlockViolation> {
  const work = checkProofOfWork(header, context.parameters)
  return work.ok ? checkContextualHeader(header, context) : work
}

/**
 * The rules of a header that depend on its place in the chain: all but proof of work. Violations `bad-diffbits`,
 * `time-too-old`, `time-timewarp-attack`, `time-too-new`, `bad-version(0x…)`.
 */
export function checkContextualHeader(header: BlockHeader, context: HeaderContext): Result<undefined, BlockViolation> {
  const { parameters, previous, now } = context
  const difficulty = checkDifficulty(header, previous, parameters)
  if (!difficulty.ok) return difficulty
  const median = checkMedianTimePast(header, previous)
  if (!median.ok) return median
  const timewarp = checkTimewarp(header, previous, parameters)
  if (!timewarp.ok) return timewarp
  const future = checkFutureBlockTime(header, now)
  if (!future.ok) return future
  const version = checkBlockVersion(header, previous.height + 1, parameters)
  return version.ok ? ok(undefined) : version
}
