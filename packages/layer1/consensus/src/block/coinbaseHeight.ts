import { equalBytes, ok, type Result } from '@ply/bytes'
import type { Block, NetworkParameters } from '@ply/primitives'
import { createScript } from '@ply/script'
import { isBuriedActive } from '../deployments/buried.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** The push of a height that a coinbase script begins with. */
export const encodeCoinbaseHeight = (height: number): Uint8Array => createScript([BigInt(height)])

/** BIP 34: the coinbase script begins with a push of the block's height. Violation `bad-cb-height`. */
export function checkCoinbaseHeight(
  block: Block,
  height: number,
  parameters: NetworkParameters,
): Result<undefined, BlockViolation> {
  if (!isBuriedActive('bip34', height, parameters)) return ok(undefined)
  const expected = encodeCoinbaseHeight(height)
  const { scriptSig } = block.transactions[0]!.inputs[0]!
  return equalBytes(scriptSig.subarray(0, expected.length), expected)
    ? ok(undefined)
    : invalidBlock('consensus', 'bad-cb-height', 'block height mismatch in coinbase')
}
