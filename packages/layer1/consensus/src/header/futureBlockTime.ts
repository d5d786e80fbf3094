import { ok, type Result } from '@ply/bytes'
import type { BlockHeader } from '@ply/primitives'
import { MAX_FUTURE_BLOCK_TIME } from '../limits.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** A block's time is at most two hours ahead of `now` (seconds). Violation `time-too-new`: it may pass later. */
export function checkFutureBlockTime(header: BlockHeader, now: number): Result<undefined, BlockViolation> {
  return header.time <= now + MAX_FUTURE_BLOCK_TIME
    ? ok(undefined)
    : invalidBlock('time-future', 'time-too-new', 'block timestamp too far in the future')
}
