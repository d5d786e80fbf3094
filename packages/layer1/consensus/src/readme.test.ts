import { expect, test } from 'vitest'
import { TestChain } from './test/fixture.ts'
import { checkBlock, connectBlock, LinkedHeader, requiredOutpoints, verifyCollectedChecks } from '@ply/consensus'
import { type Block, REGTEST } from '@ply/primitives'

const previous = new LinkedHeader(REGTEST.genesis.header, undefined)

/** Two phases: which coins are needed, and what becomes of them. `undefined`, or why not. */
function connect(block: Block): string | undefined {
  const checked = checkBlock(block, REGTEST)
  if (!checked.ok) return checked.error.reason
  const context = { parameters: REGTEST, previous }
  const needed = requiredOutpoints(block, context) // to be loaded in one go
  const coins = { get: () => undefined } // on top of genesis there are none
  const connection = connectBlock(block, coins, context)
  const verdict = connection.ok ? verifyCollectedChecks(connection.value.scripts) : connection
  return verdict.ok ? undefined : `${verdict.error.reason} (of ${needed.length} coins)`
}

test('the example of the README', () => {
  const chain = new TestChain()
  expect(connect(chain.block())).toBeUndefined()
  expect(connect(chain.block([], 1n))).toBe('bad-cb-amount (of 2 coins)')
  expect(connect({ ...chain.block(), transactions: [] })).toBe('bad-txnmrklroot')
})
