import * as ldk from 'lightningdevkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes, unwrap } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import {
  computeTxid,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  sats,
  type Transaction,
  witnessProgramScript,
} from '@ply/primitives'
import { TestNetwork, type TestNode } from '../test/testNetwork.ts'
import { LdkNode, type LdkWorld } from './ldkNode.ts'

/** Anyone can spend it, with a witness: LDK funds channels from SegWit outputs only. */
const OPEN_SCRIPT = Uint8Array.of(0x51)
const OPEN_OUTPUT = witnessProgramScript({ version: 0, program: sha256(OPEN_SCRIPT) })

let network: TestNetwork
let ours: TestNode
let theirs: LdkNode

/** The chain as LDK sees it. */
async function createWorld(): Promise<LdkWorld> {
  const { chain } = network
  return {
    fund: (scriptPubKey, value) => {
      const source = chain.fund(OPEN_OUTPUT, value + 20_000n)
      const transaction: Transaction = {
        version: 2,
        inputs: [
          {
            prevout: { txid: computeTxid(source), index: 0 },
            scriptSig: new Uint8Array(0),
            sequence: 0xfffffffd,
            witness: [OPEN_SCRIPT],
          },
        ],
        outputs: [
          { value: sats(value), scriptPubKey },
          { value: sats(18_000), scriptPubKey: concatBytes(OPEN_OUTPUT) },
        ],
        lockTime: 0,
      }
      return Promise.resolve(encodeTransaction(transaction))
    },
    broadcast: (raw) => void chain.broadcast(unwrap(decodeTransaction(raw))),
    feeratePerKw: 1000,
    tip: await chain.tip(),
    now: Math.floor(Date.now() / 1000),
  }
}

beforeEach(async () => {
  network = new TestNetwork()
  ours = await network.add('alice')
  theirs = await LdkNode.create({ seed: new Uint8Array(32).fill(7), world: await createWorld() })
  network.chain.subscribe({
    blockConnected: (height, block) => {
      theirs.blockConnected(encodeBlock(block), height)
    },
    blockDisconnected: () => undefined,
  })
})
afterEach(async () => {
  theirs.stop()
  await network.stop()
})

const ourId = (): Uint8Array => hexToBytes(ours.id)
const theirId = (): string => bytesToHex(theirs.id)

/** Our balance in the only channel, in millisatoshi. */
async function ourBalance(): Promise<bigint> {
  const [channel] = await ours.rows('listpeerchannels', 'channels')
  return BigInt(channel!['to_us_msat'] as bigint)
}

/** Payments in both directions over the open channel. */
async function payBothWays(): Promise<void> {
  const before = await ourBalance()
  const paid = await ours.call('pay', [theirs.invoice(30_000_000n, 'milk')])
  expect(paid['status']).toBe('complete')
  const received = theirs.waitFor(ldk.Event_PaymentClaimed)
  await received

  const invoice = await ours.call('invoice', ['20000sat', 'honey', 'honey'])
  const sent = theirs.waitFor(ldk.Event_PaymentSent)
  theirs.pay(invoice['bolt11'] as string)
  await sent
  await ours.until('invoice-paid')
  expect(await ourBalance()).toBe(before - 10_000_000n)
}

test('LDK opens a channel to us, both pay, LDK closes', { timeout: 30_000 }, async () => {
  const [, port] = ours.address.split(':')
  const connected = ours.until('peer-connected')
  await theirs.connect(ourId(), Number(port))
  await connected
  while (!theirs.isConnected(ourId())) await new Promise((resolve) => setImmediate(resolve))
  const pending = theirs.waitFor(ldk.Event_ChannelPending)
  theirs.openChannel(ourId(), 1_000_000n, 400_000_000n)
  await pending
  const ready = [ours.until('channel-opened'), theirs.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  expect(theirs.channels()[0]!.get_channel_type().requires_anchors_zero_fee_htlc_tx()).toBeTruthy()
  await payBothWays()

  const ended = [ours.until('channel-closing', (n) => n.kind === 'mutual'), theirs.waitFor(ldk.Event_ChannelClosed)]
  theirs.closeChannel(ourId())
  await Promise.all(ended)
  await network.mine()
  expect(await ours.balance()).toBe(390_000n)
})

test('we open a channel to LDK, both pay, we close', { timeout: 30_000 }, async () => {
  await network.fund(ours, 2_000_000n)
  await ours.call('connect', [`${theirId()}@127.0.0.1:${await theirs.listen()}`])
  await ours.call('fundchannel', { id: theirId(), amount: 1_000_000, push_msat: '300000sat', announce: false })
  const ready = [ours.until('channel-opened'), theirs.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  expect(theirs.channels()[0]!.get_channel_type().requires_anchors_zero_fee_htlc_tx()).toBeTruthy()
  await payBothWays()

  const ended = theirs.waitFor(ldk.Event_ChannelClosed)
  const closed = await ours.call('close', [theirId()])
  expect(closed['type']).toBe('mutual')
  await ended
  await network.mine()
  expect(await ours.rows('listpeerchannels', 'channels')).toMatchObject([{ state: 'closing' }])
})
