import { expect, test } from 'vitest'
import { hexToBytes } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  computeTxid,
  MAIN,
  REGTEST,
  sats,
  type Transaction,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import { addBlockToTotals, type CountedBlock, MuHash, NO_COIN_TOTALS, removeBlockFromHash } from '../index.ts'
import { createMuHashUtxoHash } from './muhash.ts'

const COIN = 100_000_000n
const OP_TRUE = Uint8Array.of(0x51)
const OP_RETURN = Uint8Array.of(0x6a)

function pay(prevout: { txid: Txid; index: number }, outputs: readonly (readonly [bigint, Uint8Array])[]): Transaction {
  return {
    version: 2,
    inputs: [{ prevout, scriptSig: new Uint8Array(0), sequence: 0, witness: [] }],
    outputs: outputs.map(([value, scriptPubKey]) => ({ value: sats(value), scriptPubKey })),
    lockTime: 0,
  }
}
const coinbase = (...outputs: readonly (readonly [bigint, Uint8Array])[]): Transaction =>
  pay({ txid: ZERO_HASH as Txid, index: 0xffffffff }, outputs)

const count = (
  height: number,
  transactions: readonly Transaction[],
  undo: CountedBlock['undo'] = [],
): CountedBlock => ({
  hash: new Uint8Array(32) as BlockHash,
  height,
  block: { header: REGTEST.genesis.header, transactions } satisfies Block,
  undo,
})

test('every satoshi of the subsidy is somewhere', () => {
  const hash = new MuHash()
  const add = (before: typeof NO_COIN_TOTALS, counted: CountedBlock) =>
    addBlockToTotals(before, counted, { hash, parameters: REGTEST })
  const genesis = add(NO_COIN_TOTALS, count(0, REGTEST.genesis.transactions))
  expect(genesis).toEqual({
    ...NO_COIN_TOTALS,
    subsidy: 50n * COIN,
    unspendable: { ...NO_COIN_TOTALS.unspendable, genesisBlock: 50n * COIN },
  })
  expect(hash.digest()).toEqual(new MuHash().digest())

  const reward = coinbase([35n * COIN, OP_TRUE], [5n * COIN, OP_RETURN])
  const first = add(genesis, count(1, [reward]))
  expect(first).toMatchObject({ outputs: 1, bogoSize: 51, amount: 35n * COIN, coinbase: 35n * COIN })
  expect(first.unspendable).toMatchObject({ scripts: 5n * COIN, unclaimedRewards: 10n * COIN })

  const before = hash.digest()
  const spending = pay({ txid: computeTxid(reward), index: 0 }, [[20n * COIN, OP_TRUE]])
  const spent = { output: reward.outputs[0]!, height: 1, isCoinbase: true }
  const rewards = coinbase([65n * COIN, OP_TRUE])
  const second = count(2, [rewards, spending], [[spent]])
  const after = add(first, second)
  expect(after).toMatchObject({
    outputs: 2,
    amount: 85n * COIN,
    subsidy: 150n * COIN,
    prevoutsSpent: 35n * COIN,
    newOutputsExCoinbase: 20n * COIN,
    coinbase: 100n * COIN,
    unspendable: first.unspendable,
  })
  const whole = createMuHashUtxoHash()
  whole.add({ txid: computeTxid(rewards), index: 0 }, { output: rewards.outputs[0]!, height: 2, isCoinbase: true })
  whole.add({ txid: computeTxid(spending), index: 0 }, { output: spending.outputs[0]!, height: 2, isCoinbase: false })
  expect(hash.digest()).toEqual(whole.digest())
  removeBlockFromHash(hash, second)
  expect(hash.digest()).toEqual(before)
})

test('a coinbase that a later one took the place of never counts as a coin', () => {
  const hash = new MuHash()
  const overwritten = hexToBytes('00000000000271a2dc26e7667f8419f2e15416dc6955e5a6c6cdf3f2574dd08e').reverse()
  const counted = { ...count(91722, [coinbase([50n * COIN, OP_TRUE])]), hash: overwritten as BlockHash }
  const after = addBlockToTotals(NO_COIN_TOTALS, counted, { hash, parameters: MAIN })
  expect(after).toMatchObject({ outputs: 0, unspendable: { bip30: 50n * COIN, unclaimedRewards: 0n } })
  expect(hash.digest()).toEqual(new MuHash().digest())
})
