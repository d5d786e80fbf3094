import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { decodeInvoice } from '@ply/invoice'
import { describe, expect, it } from 'vitest'
import type { ForwardingPolicy } from '../command.ts'
import { SimNetwork, type SimNode } from './simNetwork.ts'

function line(seed = 2): { net: SimNetwork; a: SimNode; b: SimNode; c: SimNode } {
  const net = new SimNetwork(seed)
  const [a, b, c] = [net.add('alice'), net.add('bob'), net.add('carol')]
  net.open(a, b, 1_000_000n, 200_000_000n)
  net.open(b, c, 1_000_000n, 200_000_000n)
  return { net, a, b, c }
}

/** What the payment of `amountMsat` from a to c ends with. */
function pay(net: SimNetwork, a: SimNode, c: SimNode, amountMsat = 1_000_000n): string {
  const { invoice, paymentHash } = net.ask(c, { type: 'create-invoice', description: 'x', amountMsat })
  const reply = a.replies.get(net.command(a, { type: 'pay-invoice', invoice }))
  if (reply?.ok === false) return reply.error.code
  net.settle()
  const payment = a.machine.payments().find((each) => each.paymentHash === paymentHash)!
  return payment.failure ?? payment.state
}

/** Changes what b asks for towards c without a hearing about it; returns the updates that a did not get. */
function changeSecretly({ net, a, b, c }: ReturnType<typeof line>, change: Partial<ForwardingPolicy>): Uint8Array[] {
  const { channel } = b.machine.channels().find((each) => each.peer === c.id)!
  net.disconnect(a.id, b.id)
  net.settle()
  net.ask(b, { type: 'set-channel-policy', channel, policy: { ...b.config.forwarding, ...change } })
  net.connect(a.id, b.id)
  const dropped = dropGossip(net, a, b)
  net.now += 601
  return dropped
}

// channel_update is 258.
const isChannelUpdate = (bytes: Uint8Array): boolean => bytes[0] === 1 && bytes[1] === 2

function dropGossip(net: SimNetwork, a: SimNode, b: SimNode): Uint8Array[] {
  const dropped: Uint8Array[] = []
  for (let i = 0; i < 100_000; i++) {
    const queue = net.links.get(`${b.id}>${a.id}`)
    dropped.push(...(queue?.filter(isChannelUpdate) ?? []))
    if (queue) queue.splice(0, queue.length, ...queue.filter((bytes) => !isChannelUpdate(bytes)))
    if (!net.step()) break
  }
  return dropped
}

describe('failures come back with their code and their place', () => {
  it.each([
    ['fee_insufficient', { feeBaseMsat: 5000 }, 5100n],
    ['incorrect_cltv_expiry', { cltvExpiryDelta: 100 }, 1100n],
  ])('%s: the new terms come with the failure and are used', (_code, change, feeMsat) => {
    const nodes = line()
    const { net, a, c } = nodes
    changeSecretly(nodes, change)
    expect(pay(net, a, c)).toBe('sent')
    expect(a.machine.payments()).toMatchObject([{ attempts: 2, feeMsat }])
  })

  it('terms that gossip brings while the payment is on its way are used', () => {
    const nodes = line()
    const { net, a, b, c } = nodes
    const updates = changeSecretly(nodes, { feeBaseMsat: 5000 })
    const { invoice } = net.ask(c, { type: 'create-invoice', description: 'x', amountMsat: 1_000_000n })
    net.command(a, { type: 'pay-invoice', invoice })
    // Before the failure, which brings the same update.
    net.links.get(`${b.id}>${a.id}`)!.push(...updates)
    net.settle()
    expect(a.machine.payments()).toMatchObject([{ state: 'sent', attempts: 2, feeMsat: 5100n }])
  })

  it('terms that are out of reach end the payment with the reason', () => {
    const nodes = line()
    const { net, a, c } = nodes
    changeSecretly(nodes, { feeBaseMsat: 500_000 })
    expect(pay(net, a, c)).toBe('fee-over-limit; last failure: fee_insufficient at hop 1 of 2')
    changeSecretly(nodes, { htlcMinimumMsat: 2_000_000n })
    expect(pay(net, a, c)).toBe('no-route; last failure: amount_below_minimum at hop 1 of 2')
  })

  it('old terms are good for ten minutes', () => {
    const nodes = line()
    const { net, a, c } = nodes
    changeSecretly(nodes, { feeBaseMsat: 5000 })
    net.now -= 602
    expect(pay(net, a, c)).toBe('sent')
    expect(a.machine.payments()).toMatchObject([{ attempts: 1, feeMsat: 1100n }])
  })

  it('temporary_channel_failure where the next channel is empty or its peer gone', () => {
    const { net, a, b, c } = line()
    for (let i = 0; i < 7; i++) expect(pay(net, a, c, 100_000_000n)).toBe('sent')
    expect(pay(net, a, c, 90_000_000n)).toBe('no-route')
    net.disconnect(b.id, c.id)
    net.settle()
    const { invoice } = net.ask(c, { type: 'create-invoice', description: '', amountMsat: 1000n })
    net.command(a, { type: 'pay-invoice', invoice })
    net.settle()
    expect(a.machine.payments().at(-1)?.failure).toContain('temporary_channel_failure at hop 1 of 2')
  })

  it('incorrect_or_unknown_payment_details for a wrong secret, and unknown_next_peer', () => {
    const { net, a, b, c } = line()
    const real = unwrap(decodeInvoice(net.ask(c, { type: 'create-invoice', description: '', amountMsat: 5n }).invoice))
    expect(real.payee).toEqual(publicKeyFromSecret(c.config.nodeSecret))
    // A keysend whose node does not exist ends at once.
    const stranger = bytesToHex(publicKeyFromSecret(new Uint8Array(32).fill(77))!)
    const reply = a.replies.get(net.command(a, { type: 'keysend', destination: stranger, amountMsat: 5n }))
    expect(reply).toMatchObject({ ok: false, error: { code: 'no-route' } })
    const { channel } = c.machine.channels()[0]!
    expect(hexToBytes(channel)).toHaveLength(32)
    expect(b.machine.channels()).toHaveLength(2)
  })

  it('tries another way when one fails', () => {
    const net = new SimNetwork(3)
    const a = net.add('alice')
    const cheap = net.add('cheap', { feeBaseMsat: 1, feeProportionalMillionths: 0 })
    const dear = net.add('dear', { feeBaseMsat: 100_000 })
    const c = net.add('carol')
    net.open(a, cheap, 1_000_000n)
    net.open(a, dear, 1_000_000n)
    net.open(cheap, c, 100_000n)
    net.open(dear, c, 1_000_000n)
    // The cheap way is used up from the other side of it, unseen.
    const helper = net.add('helper')
    net.open(helper, cheap, 1_000_000n)
    expect(pay(net, helper, c, 80_000_000n)).toBe('sent')
    expect(pay(net, a, c, 50_000_000n)).toBe('sent')
    expect(a.machine.payments()).toMatchObject([{ attempts: 2, feeMsat: 105_000n }])
    // It has learnt: the next one goes the right way at once.
    expect(pay(net, a, c, 50_000_000n)).toBe('sent')
    expect(a.machine.payments().at(-1)).toMatchObject({ attempts: 1 })
  })
})
