import { expect, test } from 'vitest'
import { bytesToHex, concatBytes, unwrap } from '@ply/bytes'
import type { ChannelSigner } from '@ply/channel'
import { ecdsaSign, publicKeyFromSecret, sha256 } from '@ply/crypto'
import type { Logger } from '@ply/ports'
import {
  computeTxid,
  type OutPoint,
  outPointKey,
  REGTEST,
  sats,
  type Transaction,
  transactionWeight,
  witnessProgramScript,
} from '@ply/primitives'
import { MemoryStore, SeededEntropy } from '@ply/testkit'
import { RegtestChain } from '../test/regtestChain.ts'
import { OnchainWallet } from './onchainWallet.ts'
import { Publisher } from './publisher.ts'

const logger: Logger = { log: () => undefined, child: () => logger }
const secretKey = new Uint8Array(32).fill(5)
const fundingPubkey = publicKeyFromSecret(secretKey)!
const signer = {
  sign: (_id: Uint8Array, _key: unknown, hash: Uint8Array) => ecdsaSign(hash, secretKey)!,
} as ChannelSigner
const anchorScript = concatBytes(Uint8Array.of(33), fundingPubkey, Uint8Array.of(0xac, 0x73, 0x64, 0x60, 0xb2, 0x68))
const anchorOutput = {
  value: sats(330),
  scriptPubKey: witnessProgramScript({ version: 0, program: sha256(anchorScript) }),
}

class Setup {
  readonly chain = new RegtestChain()
  readonly store = new MemoryStore()
  wallet!: OnchainWallet
  publisher!: Publisher

  async open(): Promise<this> {
    this.wallet = await OnchainWallet.open({
      store: this.store,
      network: REGTEST,
      entropy: new SeededEntropy(1),
      seed: new Uint8Array(32).fill(1),
      birthHeight: 0,
      now: () => 1_700_000_000,
    })
    this.publisher = new Publisher({
      backend: this.chain,
      wallet: this.wallet,
      signer,
      logger,
      urgentFeerate: () => 2500,
    })
    await this.catchUp()
    return this
  }

  async catchUp(): Promise<void> {
    for (let height = (this.wallet.tip?.height ?? -1) + 1; height <= this.chain.height; height++) {
      const block = (await this.chain.getBlock(height))!
      await this.store.batch([...this.wallet.connectBlock(height, block), ...this.wallet.takeOps()])
      this.publisher.blockConnected(height, block)
    }
    await this.publisher.idle()
  }

  async fund(value: bigint): Promise<void> {
    this.chain.fund(this.wallet.script, value)
    this.chain.mine()
    await this.catchUp()
  }

  /** A "commitment": confirmed coins of the wallet to an anchor and to itself, at the least fee. */
  commitment(): Transaction {
    const outputs = [anchorOutput, { value: sats(50_000), scriptPubKey: this.wallet.script }]
    return unwrap(this.wallet.pay({ outputs }, 253)).transaction
  }
}

test('the wallet is the same after it was opened again, and is told of blocks that it missed', async () => {
  const setup = await new Setup().open()
  await setup.fund(1_000_000n)
  const address = setup.wallet.newAddress('p2wpkh')
  await setup.store.batch(setup.wallet.takeOps())
  const again = new Setup()
  Object.assign(again, { chain: setup.chain, store: setup.store })
  await again.open()
  expect(again.wallet.balance()).toEqual(setup.wallet.balance())
  expect(again.wallet.tip).toEqual(setup.wallet.tip)
  expect(again.wallet.newAddress('p2wpkh')).not.toBe(address)
})

/** Publishes a commitment that pays the least fee, and waits until that is done. */
async function publishCommitment(setup: Setup): Promise<{ parent: Transaction; outpoint: OutPoint }> {
  const parent = setup.commitment()
  const index = parent.outputs.findIndex((output) => output.value === 330n)
  const outpoint = { txid: computeTxid(parent), index }
  setup.publisher.publish({
    type: 'publish',
    kind: 'commitment',
    channel: 'c',
    transaction: parent,
    prevouts: [],
    bump: {
      type: 'anchor',
      anchor: { outpoint, output: anchorOutput, keysId: new Uint8Array(32), fundingPubkey },
      parentFeeSatoshis: sats(141),
    },
    feeratePerKw: 5000,
  })
  await setup.publisher.idle()
  return { parent, outpoint }
}

test('a commitment that a full mempool refuses goes in together with its child', async () => {
  const setup = await new Setup().open()
  for (let i = 0; i < 3; i++) await setup.fund(200_000n)
  setup.chain.relayFeerate = 10n
  const { parent } = await publishCommitment(setup)
  expect(setup.chain.mempool.map(computeTxid)[0]).toEqual(computeTxid(parent))
  expect(setup.chain.mempool).toHaveLength(2)
})

test('a commitment under the wanted feerate gets a child through its anchor', async () => {
  const setup = await new Setup().open()
  for (let i = 0; i < 3; i++) await setup.fund(200_000n)
  const { parent, outpoint } = await publishCommitment(setup)
  expect(setup.chain.mempool).toHaveLength(2)
  const child = setup.chain.mempool[1]!
  expect(outPointKey(child.inputs[0]!.prevout)).toBe(outPointKey(outpoint))
  expect(setup.publisher.endingTxid('c')).toBe(bytesToHex(computeTxid(parent).slice().reverse()))

  // Left out of blocks, the child comes again with more fee, in the earlier one's place.
  setup.chain.mine(6, { empty: true })
  await setup.catchUp()
  expect(setup.chain.mempool).toHaveLength(2)
  const raised = setup.chain.mempool[1]!
  expect(computeTxid(raised)).not.toEqual(computeTxid(child))
  expect(outPointKey(raised.inputs[0]!.prevout)).toBe(outPointKey(outpoint))

  // Confirmed, it is left alone; taken back by a reorganisation, it is published again.
  setup.chain.mine()
  await setup.catchUp()
  setup.chain.disconnect(1, { drop: true })
  setup.wallet.disconnectBlock()
  setup.publisher.blockDisconnected(setup.chain.height + 1)
  setup.chain.mine(1, { empty: true })
  await setup.catchUp()
  expect(setup.chain.mempool).toHaveLength(2)
})

test('a second-stage transaction gets inputs and change of the wallet behind its own', async () => {
  const setup = await new Setup().open()
  for (let i = 0; i < 2; i++) await setup.fund(200_000n)
  // Anyone's coin, as if signed with SINGLE|ANYONECANPAY: input and output 0 stay, without a fee.
  const script = witnessProgramScript({ version: 0, program: sha256(Uint8Array.of(0x51)) })
  const source = setup.chain.fund(script, 40_000n)
  setup.chain.mine()
  await setup.catchUp()
  const transaction: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: computeTxid(source), index: 0 },
        scriptSig: new Uint8Array(0),
        sequence: 1,
        witness: [Uint8Array.of(0x51)],
      },
    ],
    outputs: [{ value: sats(40_000), scriptPubKey: setup.wallet.script }],
    lockTime: 0,
  }
  setup.publisher.publish({
    type: 'publish',
    kind: 'htlc-timeout',
    channel: 'c',
    transaction,
    prevouts: [source.outputs[0]!],
    bump: { type: 'attach' },
    feeratePerKw: 3000,
  })
  await setup.publisher.idle()
  const [published] = setup.chain.mempool
  expect(published!.outputs[0]).toEqual(transaction.outputs[0])
  expect(published!.inputs[0]).toEqual(transaction.inputs[0])
  expect(published!.inputs.length).toBeGreaterThan(1)
  const spent = 40_000n + 200_000n * BigInt(published!.inputs.length - 1)
  const fee = spent - published!.outputs.reduce((sum, output) => sum + output.value, 0n)
  const feerate = (fee * 1000n) / BigInt(transactionWeight(published!))
  expect(feerate).toBeGreaterThanOrEqual(2990n)
  expect(feerate).toBeLessThan(3300n)

  // Once something has spent the input, it is not published any more, unless the chain takes that back.
  setup.chain.mine()
  await setup.catchUp()
  setup.chain.mine()
  await setup.catchUp()
  expect(setup.chain.mempool).toHaveLength(0)
})

test('coins behind a child are free again when another commitment than its parent confirms', async () => {
  const setup = await new Setup().open()
  await setup.fund(200_000n)
  const before = setup.wallet.coins().map(({ outpoint }) => outPointKey(outpoint))
  // Anyone's coin for a funding output: our commitment of it has an anchor, the peer's has none.
  const script = witnessProgramScript({ version: 0, program: sha256(Uint8Array.of(0x51)) })
  const funding = setup.chain.fund(script, 40_000n)
  setup.chain.mine()
  await setup.catchUp()
  const prevout = { txid: computeTxid(funding), index: 0 }
  const input = { prevout, scriptSig: new Uint8Array(0), sequence: 1, witness: [Uint8Array.of(0x51)] }
  const toUs = { value: sats(39_000), scriptPubKey: script }
  const ours = { version: 2, inputs: [input], outputs: [anchorOutput, toUs], lockTime: 0 }
  const anchor = {
    outpoint: { txid: computeTxid(ours), index: 0 },
    output: anchorOutput,
    keysId: new Uint8Array(32),
    fundingPubkey,
  }
  setup.publisher.publish({
    type: 'publish',
    kind: 'commitment',
    channel: 'c',
    transaction: ours,
    prevouts: [],
    bump: { type: 'anchor', anchor, parentFeeSatoshis: sats(670) },
    feeratePerKw: 5000,
  })
  await setup.publisher.idle()
  expect(setup.wallet.unconfirmed()).toHaveLength(1)

  const theirs = { version: 2, inputs: [input], outputs: [{ ...toUs, value: sats(1000) }], lockTime: 0 }
  unwrap(await setup.chain.broadcast(theirs))
  setup.chain.mine()
  await setup.catchUp()
  expect(setup.wallet.unconfirmed()).toEqual([])
  expect(setup.wallet.coins().map(({ outpoint }) => outPointKey(outpoint))).toEqual(before)
})
