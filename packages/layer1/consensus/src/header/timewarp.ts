import { ok, type Result } from '@ply/bytes'
import { difficultyAdjustmentInterval, type BlockHeader, type NetworkParameters } from '@ply/primitives'
import { MAX_TIMEWARP } from '../limits.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import type { ChainHeader } from './chainHeader.ts'

/**
 * BIP 94, where the network has it: the first block of a difficulty period lies at most ten minutes before its parent.
 * Violation `time-timewarp-attack`.
 */
export function checkTimewarp(
  header: BlockHeader,
  previous: ChainHeader,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  if (!parameters.consensus.enforceBip94) return ok(undefined)
  if ((previous.height + 1) % difficultyAdjustmentInterval(parameters) !== 0) return ok(undefined)
  return header.time >= previous.time - MAX_TIMEWARP
    ? ok(undefined)
    : invalidBlock('invalid-header', 'time-timewarp-attack', "block's timestamp is too early on diff adjustment block")
}
