import { expect, test } from 'vitest'
import { ChainValidator, generateChain, PhaseTimer, preparationBlocks } from '@ply/benchchain'
import { encodeBlock } from '@ply/primitives'
import { verifySignatureCheck } from '@ply/script'

test('the example of the README', () => {
  const phases = new PhaseTimer()
  const validator = new ChainValidator(phases)
  let inputs = 0
  for (const block of generateChain({ seed: 1, blocks: 2, transactionsPerBlock: 10 })) {
    const pending = validator.connect(encodeBlock(block))
    if (!pending.checks.every((check) => verifySignatureCheck(check))) throw new Error('a bad signature')
    inputs += pending.inputs
  }
  const perInput = phases.of('scripts') / inputs

  expect(inputs).toBe(2 * 10 * 2 + 3)
  expect(perInput).toBeGreaterThan(0)
  expect(preparationBlocks).toBe(103)
})
