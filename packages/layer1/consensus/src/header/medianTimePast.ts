import { ok, type Result } from '@ply/bytes'
import type { BlockHeader, UnixTime } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import type { ChainHeader } from './chainHeader.ts'

const MEDIAN_TIME_SPAN = 11

/** BIP 113: the median of the times of the last eleven blocks up to and with `block`. */
export function computeMedianTimePast(block: ChainHeader): UnixTime {
  const times: number[] = []
  for (let at: ChainHeader | undefined = block; at !== undefined && times.length < MEDIAN_TIME_SPAN; at = at.previous) {
    times.push(at.time)
  }
  times.sort((a, b) => a - b)
  return times[times.length >> 1]! as UnixTime
}

/** A block's time lies after the median of the eleven before it. Violation `time-too-old`. */
export function checkMedianTimePast(header: BlockHeader, previous: ChainHeader): Result<undefined, BlockViolation> {
  return header.time > computeMedianTimePast(previous)
    ? ok(undefined)
    : invalidBlock('invalid-header', 'time-too-old', "block's timestamp is too early")
}
