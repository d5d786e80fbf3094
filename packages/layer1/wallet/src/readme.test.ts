import { unwrap } from '@ply/bytes'
import { decodeAddress, REGTEST, sats } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { createTransaction, SecretKeys, signTransaction, WalletState } from '@ply/wallet'
import { expect, test } from 'vitest'
import { FakeChain, output } from './test/fakeChain.ts'

test('the example of the README', () => {
  const mnemonic = 'test test test test test test test test test test test junk'
  const entropy = new SeededEntropy(1)
  const chain = new FakeChain()
  const blocks = chain.blocks
  const own = WalletState.create(unwrap(SecretKeys.fromMnemonic(mnemonic, { network: REGTEST })).accounts, REGTEST)
  chain.mine([], [output(100_000, own.nextAddress().scriptPubKey)])
  for (let i = 0; i < 100; i++) chain.mine()

  const keys = unwrap(SecretKeys.fromMnemonic(mnemonic, { network: REGTEST }))
  const state = WalletState.create(keys.accounts, REGTEST)
  const { address } = state.nextAddress()
  blocks.forEach((block, height) => unwrap(state.applyBlock(height, block)))

  const scriptPubKey = unwrap(decodeAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', REGTEST))
  const outputs = [{ value: sats(40_000), scriptPubKey }]
  const payment = unwrap(createTransaction(state, { outputs, feeRate: 2000n, entropy }))
  const tx = signTransaction(payment.tx, { ownInputs: payment.ownInputs, keys, entropy })
  state.applyUnconfirmed(tx, 1_700_000_000)
  console.log(address, payment.fee, state.balance().total)

  expect(state.balance().total).toBe(60_000n - payment.fee)
})
