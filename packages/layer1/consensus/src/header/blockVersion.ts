import { ok, type Result } from '@ply/bytes'
import type { BlockHeader, NetworkParameters } from '@ply/primitives'
import { isBuriedActive } from '../deployments/buried.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** BIP 34, 66 and 65 each outlawed the block version before them. Violation `bad-version(0x…)`. */
export function checkBlockVersion(
  header: BlockHeader,
  height: number,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  const outdated =
    (header.version < 2 && isBuriedActive('bip34', height, parameters)) ||
    (header.version < 3 && isBuriedActive('bip66', height, parameters)) ||
    (header.version < 4 && isBuriedActive('bip65', height, parameters))
  if (!outdated) return ok(undefined)
  const version = `0x${(header.version >>> 0).toString(16).padStart(8, '0')}`
  return invalidBlock('invalid-header', `bad-version(${version})`, `rejected nVersion=${version} block`)
}
