import * as ldk from 'lightningdevkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestNode } from '../test/testNetwork.ts'
import type { LdkNode } from './ldkNode.ts'
import { connectLdk, idBytes, idOf, LdkTestNetwork } from './ldkTestNetwork.ts'

let network: LdkTestNetwork
let ours: TestNode
let theirs: LdkNode

beforeEach(async () => {
  network = new LdkTestNetwork()
  ours = await network.add('alice')
  theirs = await network.addLdk(7)
})
afterEach(async () => {
  await network.stop()
})

/** Our balance in the only channel, in millisatoshi. */
async function ourBalance(): Promise<bigint> {
  const [channel] = await ours.rows('listpeerchannels', 'channels')
  return BigInt(channel!['to_us_msat'] as bigint)
}

let payments = 0

/** Payments in both directions over the open channel. */
async function payBothWays(): Promise<void> {
  const before = await ourBalance()
  const claimed = theirs.waitFor(ldk.Event_PaymentClaimed)
  const paid = await ours.call('pay', [theirs.invoice(30_000_000n, 'milk')])
  expect(paid['status']).toBe('complete')
  await claimed

  const invoice = await ours.call('invoice', ['20000sat', `honey ${++payments}`, 'honey'])
  const sent = theirs.waitFor(ldk.Event_PaymentSent)
  theirs.pay(invoice['bolt11'] as string)
  await sent
  await ours.until('invoice-paid')
  expect(await ourBalance()).toBe(before - 10_000_000n)
}

/** LDK's funding, with `pushMsat` given to us. */
async function openFromLdk(pushMsat: bigint): Promise<void> {
  await connectLdk(theirs, ours)
  const pending = theirs.waitFor(ldk.Event_ChannelPending)
  theirs.openChannel(idBytes(ours), 1_000_000n, pushMsat)
  await pending
  const ready = [ours.until('channel-opened'), theirs.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  expect(theirs.channels()[0]!.get_channel_type().requires_anchors_zero_fee_htlc_tx()).toBeTruthy()
}

/** Our funding, with `push` given to LDK. */
async function openToLdk(push: string): Promise<void> {
  await network.fund(ours, 2_000_000n)
  await ours.call('connect', [`${idOf(theirs)}@127.0.0.1:${await theirs.listen()}`])
  await ours.call('fundchannel', { id: idOf(theirs), amount: 1_000_000, push_msat: push, announce: false })
  const ready = [ours.until('channel-opened'), theirs.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  expect(theirs.channels()[0]!.get_channel_type().requires_anchors_zero_fee_htlc_tx()).toBeTruthy()
}

test('LDK opens a channel to us, both pay, LDK closes', { timeout: 30_000 }, async () => {
  await openFromLdk(400_000_000n)
  await payBothWays()
  const ended = [ours.until('channel-closing', (n) => n.kind === 'mutual'), theirs.waitFor(ldk.Event_ChannelClosed)]
  theirs.closeChannel(idBytes(ours))
  await Promise.all(ended)
  await network.mine()
  expect(await ours.balance()).toBe(390_000n)
})

test('we open a channel to LDK, both pay, we close', { timeout: 30_000 }, async () => {
  await openToLdk('300000sat')
  await payBothWays()
  const before = await ours.balance()
  const left = await ourBalance()
  const ended = theirs.waitFor(ldk.Event_ChannelClosed)
  const closed = await ours.call('close', [idOf(theirs)])
  expect(closed['type']).toBe('mutual')
  await ended
  await network.mine()
  const fee = before + left / 1000n - (await ours.balance())
  expect(fee).toBeGreaterThan(0n)
  expect(fee).toBeLessThan(3_000n)
})

test('after a lost connection and a restart of ours the channel goes on', { timeout: 30_000 }, async () => {
  await openFromLdk(400_000_000n)
  await payBothWays()
  await ours.node.stop()
  await ours.start()
  await connectLdk(theirs, ours)
  await ours.untilUsable(idOf(theirs))
  await payBothWays()
  await ours.call('disconnect', { id: idOf(theirs), force: true })
  await ours.until('peer-disconnected')
  await connectLdk(theirs, ours)
  await ours.untilUsable(idOf(theirs))
  await payBothWays()
})

test('a payment from one LDK node to another over ours, found by gossip', { timeout: 30_000 }, async () => {
  const [sender, receiver] = [await network.addLdk(8, true), await network.addLdk(9, true)]
  await network.fund(ours, 2_000_000n)
  for (const [node, outbound] of [
    [sender, false],
    [receiver, true],
  ] as const) {
    await connectLdk(node, ours)
    if (outbound) {
      await ours.call('fundchannel', { id: idOf(node), amount: 1_000_000 })
    } else {
      const pending = node.waitFor(ldk.Event_ChannelPending)
      node.openChannel(idBytes(ours), 1_000_000n, 0n)
      await pending
    }
    const ready = [ours.until('channel-opened'), node.waitFor(ldk.Event_ChannelReady)]
    await network.mine(6)
    await Promise.all(ready)
  }
  await ours.untilEdges(4)
  while (sender.knownEdges() < 4) await new Promise((resolve) => setImmediate(resolve))
  const sent = sender.waitFor(ldk.Event_PaymentSent)
  sender.pay(receiver.invoice(50_000_000n, 'bread'))
  const { fee_paid_msat: fee } = await sent
  expect(fee instanceof ldk.Option_u64Z_Some && fee.some).toBe(1_500n)
  await ours.until('payment-forwarded', (n) => n.feeMsat === 1_500n)
})

test('a forced close of ours is accepted by LDK, and both get what is theirs', { timeout: 30_000 }, async () => {
  await openFromLdk(400_000_000n)
  await network.fund(ours, 500_000n)
  const before = await ours.balance()
  const ended = theirs.waitFor(ldk.Event_ChannelClosed)
  const closed = await ours.call('close', { id: idOf(theirs), force: true })
  expect(closed['type']).toBe('unilateral')
  await network.mine()
  await ended
  await network.mine(150)
  const gained = (await ours.balance()) - before
  expect(gained).toBeGreaterThan(395_000n)
  expect(gained).toBeLessThanOrEqual(400_000n)
})

test('LDK follows our fee updates, and says why it refuses a payment', { timeout: 30_000 }, async () => {
  await openToLdk('300000sat')
  network.chain.feerates = { normal: 2000, urgent: 3000 }
  await network.mine(2)
  await payBothWays()
  const [fee] = theirs.channels().map((channel) => channel.get_feerate_sat_per_1000_weight())
  expect(fee instanceof ldk.Option_u32Z_Some && fee.some).toBe(2000)

  // The harness takes no payment that it did not ask for.
  const failed = ours.call('keysend', { destination: idOf(theirs), amount_msat: 1_000_000 })
  await expect(failed).rejects.toThrow(/incorrect_or_unknown_payment_details/)
  await payBothWays()
})

test('a payment of ours to another of ours over LDK', { timeout: 30_000 }, async () => {
  const middle = await network.addLdk(8, true)
  const bob = await network.add('bob')
  await network.fund(ours, 2_000_000n)
  await connectLdk(middle, ours)
  await ours.call('fundchannel', { id: idOf(middle), amount: 1_000_000 })
  await middle.waitFor(ldk.Event_ChannelPending)
  let ready = [ours.until('channel-opened'), middle.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  await connectLdk(middle, bob)
  const pending = middle.waitFor(ldk.Event_ChannelPending)
  middle.openChannel(idBytes(bob), 1_000_000n, 0n)
  await pending
  ready = [bob.until('channel-opened'), middle.waitFor(ldk.Event_ChannelReady)]
  await network.mine(6)
  await Promise.all(ready)
  middle.tick()
  await ours.untilEdges(4)
  const invoice = await bob.call('invoice', ['40000sat', 'jam', 'jam'])
  const forwarded = middle.waitFor(ldk.Event_PaymentForwarded)
  expect((await ours.call('pay', [invoice['bolt11'] as string]))['status']).toBe('complete')
  await forwarded
})
