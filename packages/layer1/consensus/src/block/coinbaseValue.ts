import { ok, type Result } from '@ply/bytes'
import type { Block, NetworkParameters, Sats } from '@ply/primitives'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import { computeSubsidy } from './subsidy.ts'

/** The coinbase pays out at most subsidy and fees. Violation `bad-cb-amount`. */
export function checkCoinbaseValue(
  block: Block,
  earned: { readonly height: number; readonly fees: Sats },
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  const limit = earned.fees + computeSubsidy(earned.height, parameters)
  const actual = block.transactions[0]!.outputs.reduce((sum, output) => sum + output.value, 0n)
  if (actual <= limit) return ok(undefined)
  return invalidBlock('consensus', 'bad-cb-amount', `coinbase pays too much (actual=${actual} vs limit=${limit})`)
}
