import { bigintFromBytesLE, ok, type Result } from '@ply/bytes'
import { computeBlockHash, type BlockHash, type BlockHeader, type NetworkParameters } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import { decodeCompact } from './compactBits.ts'

/** The target that `bits` encodes, or undefined where it is no number in (0, limit of the network]. */
export function deriveTarget(bits: number, parameters: NetworkParameters): bigint | undefined {
  const { target, negative, overflow } = decodeCompact(bits)
  if (negative || overflow || target === 0n || target > parameters.consensus.powLimit) return undefined
  return target
}

/** True if `hash`, taken as a little-endian number, is not above the target of `bits`. */
export function hasProofOfWork(hash: BlockHash, bits: number, parameters: NetworkParameters): boolean {
  const target = deriveTarget(bits, parameters)
  return target !== undefined && bigintFromBytesLE(hash) <= target
}

/** The header's hash meets the target that it claims. Violation `high-hash`. */
export function checkProofOfWork(
  header: BlockHeader,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  return hasProofOfWork(computeBlockHash(header), header.bits, parameters)
    ? ok(undefined)
    : invalidBlock('invalid-header', 'high-hash', 'proof of work failed')
}
