import { assert, ok, type Result } from '@ply/bytes'
import { difficultyAdjustmentInterval, type BlockHeader, type NetworkParameters } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import type { ChainHeader } from './chainHeader.ts'
import { decodeCompact, encodeCompact } from './compactBits.ts'

/** target · timespan / two weeks, never above the limit; wraps at 256 bits as the first implementation did. */
function scaleTarget(bits: number, timespan: number, parameters: NetworkParameters): number {
  const { powTargetTimespan, powLimit } = parameters.consensus
  const product = BigInt.asUintN(256, decodeCompact(bits).target * BigInt(timespan))
  const scaled = product / BigInt(powTargetTimespan)
  return encodeCompact(scaled > powLimit ? powLimit : scaled)
}

/** The bits of the period that begins after `last`, where `first` began the period that it ends. */
function computeRetarget(last: ChainHeader, first: ChainHeader, parameters: NetworkParameters): number {
  const { powTargetTimespan, powNoRetargeting, enforceBip94 } = parameters.consensus
  if (powNoRetargeting) return last.bits
  const actual = last.time - first.time
  const timespan = Math.min(Math.max(actual, powTargetTimespan / 4), powTargetTimespan * 4)
  // BIP 94: the first block of a period never uses the minimum-difficulty exception, so it holds the real difficulty.
  return scaleTarget(enforceBip94 ? first.bits : last.bits, timespan, parameters)
}

/** The last bits on the chain that are not there by the twenty-minute exception. */
function lastRealBits(last: ChainHeader, limitBits: number, interval: number): number {
  let block = last
  while (block.previous !== undefined && block.height % interval !== 0 && block.bits === limitBits)
    block = block.previous
  return block.bits
}

/** The bits that a block after `previous` with time `time` must carry. */
export function computeNextBits(previous: ChainHeader, time: number, parameters: NetworkParameters): number {
  const interval = difficultyAdjustmentInterval(parameters)
  const { powAllowMinDifficultyBlocks, powNoRetargeting, powTargetSpacing, powLimit } = parameters.consensus
  if ((previous.height + 1) % interval === 0) {
    const first = previous.ancestor(previous.height - (interval - 1))
    assert(first !== undefined, 'a difficulty period is longer than its chain')
    return computeRetarget(previous, first, parameters)
  }
  if (!powAllowMinDifficultyBlocks) return previous.bits
  const limitBits = encodeCompact(powLimit)
  // Nothing else was ever asked for then: there is no need to look back.
  if (powNoRetargeting && previous.bits === limitBits) return limitBits
  if (time > previous.time + powTargetSpacing * 2) return limitBits
  return lastRealBits(previous, limitBits, interval)
}

/** The header carries the difficulty that its chain asks for. Violation `bad-diffbits`. */
export function checkDifficulty(
  header: BlockHeader,
  previous: ChainHeader,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  return header.bits === computeNextBits(previous, header.time, parameters)
    ? ok(undefined)
    : invalidBlock('invalid-header', 'bad-diffbits', 'incorrect proof of work')
}

/**
 * False where no chain whatsoever could go from `oldBits` to `newBits` at `height`: a cheap bound on headers whose
 * ancestors are not kept.
 */
export function isPermittedDifficultyTransition(
  parameters: NetworkParameters,
  height: number,
  bits: { readonly old: number; readonly new: number },
): boolean {
  const { powAllowMinDifficultyBlocks, powTargetTimespan } = parameters.consensus
  if (powAllowMinDifficultyBlocks) return true
  if (height % difficultyAdjustmentInterval(parameters) !== 0) return bits.old === bits.new
  const observed = decodeCompact(bits.new).target
  const easiest = decodeCompact(scaleTarget(bits.old, powTargetTimespan * 4, parameters)).target
  const hardest = decodeCompact(scaleTarget(bits.old, powTargetTimespan / 4, parameters)).target
  return hardest <= observed && observed <= easiest
}
