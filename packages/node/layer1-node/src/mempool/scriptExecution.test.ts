import { afterEach, beforeEach, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { createBlockTemplate } from '@ply/chain'
import { activeProvider, hash160, installProvider, publicKeyFromSecret } from '@ply/crypto'
import { mineBlock } from '@ply/mining'
import { computeTxid, encodeTransaction, REGTEST, sats, type Transaction } from '@ply/primitives'
import { createP2wpkh } from '@ply/script'
import { spendSigned } from '../test/signedSpend.ts'
import { openInput, openOutput, TestNode } from '../test/testNode.ts'

const secretKey = new Uint8Array(32).fill(7)
const OWN = createP2wpkh(hash160(publicKeyFromSecret(secretKey)!))
const COINS = 4

/** Signatures that were verified since the test began. */
let verified = 0
const provider = activeProvider()
let node: TestNode
let fan: Transaction

beforeEach(async () => {
  node = await TestNode.start()
  await node.mine(101)
  const outputs = Array.from({ length: COINS }, () => ({ value: sats(100_000_000), scriptPubKey: OWN }))
  fan = { version: 2, inputs: [openInput(computeTxid(await node.coinbase(1)))], outputs, lockTime: 0 }
  await mineBlockOf(fan)
  verified = 0
  installProvider({
    ...provider,
    ecdsaVerify(...args) {
      verified++
      return provider.ecdsaVerify(...args)
    },
  })
})
afterEach(async () => {
  installProvider(provider)
  await node.remove()
})

/** A block with these transactions, as if it came from a peer. */
async function mineBlockOf(...transactions: Transaction[]): Promise<void> {
  const { chain } = node.node
  const { block } = createBlockTemplate({
    parameters: REGTEST,
    previous: chain.tip,
    now: chain.tip.time + 600,
    version: 0x20000000,
    scriptPubKey: Uint8Array.of(0x51),
    packages: transactions.map((tx) => ({
      entries: [{ tx, fee: sats(0), weight: 4 * encodeTransaction(tx).length, sigopCost: 0 }],
    })),
    minFeeRate: 0n,
  })
  const copy = { ...block, transactions: block.transactions.map((tx) => ({ ...tx })) }
  unwrap(await chain.acceptBlock(mineBlock(copy)!, { requested: true }))
}

const spendAll = (): Transaction => spendSigned(fan, COINS, { secretKey, outputs: [openOutput(390_000_000n)] })

test('a block whose transactions were in the pool verifies no signature again', async () => {
  const tx = spendAll()
  unwrap(await node.node.mempool.accept(tx))
  expect(verified).toBe(COINS)
  await mineBlockOf(tx)
  expect(node.node.mempool.mempool.get(computeTxid(tx))).toBeUndefined()
  expect(verified).toBe(COINS)
})

test('a package is remembered, too', async () => {
  const parent = spendAll()
  const child: Transaction = {
    version: 2,
    inputs: [openInput(computeTxid(parent))],
    outputs: [openOutput(380_000_000n)],
    lockTime: 0,
  }
  await node.node.mempool.acceptPackage([parent, child])
  expect(node.node.mempool.mempool.get(computeTxid(child))).toBeDefined()
  expect(verified).toBe(COINS)
  await mineBlockOf(parent, child)
  expect(verified).toBe(COINS)
})

test('what never was in the pool is verified', async () => {
  await mineBlockOf(spendAll())
  expect(verified).toBe(COINS)
})
