import { unwrap } from '@ply/bytes'
import { createOnion, encodeOnionPacket, encodePayload } from '@ply/onion'
import { type Msats, msats } from '@ply/primitives'
import { decodeInvoice, type Invoice } from '@ply/invoice'
import { describe, expect, it } from 'vitest'
import { drive, offerHtlc } from '../channels/drive.ts'
import { Turn } from '../turn.ts'
import { SimNetwork, type SimNode } from './simNetwork.ts'

interface Part {
  readonly amountMsat: bigint
  readonly totalMsat?: bigint
  readonly secret?: Uint8Array
  readonly onionAmountMsat?: bigint
  readonly expiry?: number
  readonly onionExpiry?: number
}

/** Sends one part of a payment over the direct channel, as a payer might that is not us. */
function sendPart(net: SimNetwork, from: SimNode, invoice: Invoice, part: Part): void {
  const turn = new Turn(from.core, net.env(from))
  const [entry] = [...from.core.channels.values()]
  const cltvExpiry = net.chain.height + (part.expiry ?? 40)
  const payload = encodePayload({
    amtToForward: (part.onionAmountMsat ?? part.amountMsat) as Msats,
    outgoingCltvValue: net.chain.height + (part.onionExpiry ?? part.expiry ?? 40),
    paymentData: {
      paymentSecret: part.secret ?? invoice.paymentSecret,
      totalMsat: (part.totalMsat ?? part.amountMsat) as Msats,
    },
  })
  const onion = createOnion({
    sessionKey: net.random.bytes(32),
    associatedData: invoice.paymentHash,
    hops: [{ nodeId: invoice.payee, payload }],
  })
  const offered = offerHtlc(turn, entry!, {
    amountMsat: msats(part.amountMsat),
    paymentHash: invoice.paymentHash,
    cltvExpiry,
    onionRoutingPacket: encodeOnionPacket(unwrap(onion).packet),
  })
  unwrap(offered)
  drive(turn, entry!, { type: 'commit' })
  net.run(from, turn.finish())
  net.settle()
}

function pair(): { net: SimNetwork; a: SimNode; b: SimNode; invoice: Invoice; balance: () => bigint } {
  const net = new SimNetwork(5)
  const [a, b] = [net.add('alice'), net.add('bob')]
  net.open(a, b, 1_000_000n)
  const created = net.ask(b, { type: 'create-invoice', description: '', amountMsat: 100_000n })
  const invoice = unwrap(decodeInvoice(created.invoice))
  return { net, a, b, invoice, balance: () => b.channelBalance() }
}

const inFlight = (node: SimNode): bigint => node.machine.channels()[0]!.inFlightInMsat

describe('payments in parts (BOLT 4, basic multi-part payments)', () => {
  it('are taken when all parts are there', () => {
    const { net, a, b, invoice, balance } = pair()
    sendPart(net, a, invoice, { amountMsat: 60_000n, totalMsat: 100_000n })
    expect([balance(), inFlight(b)]).toEqual([0n, 60_000n])
    sendPart(net, a, invoice, { amountMsat: 40_000n, totalMsat: 100_000n })
    expect([balance(), inFlight(b)]).toEqual([100_000n, 0n])
    expect(b.machine.invoices(net.now)).toMatchObject([{ state: 'paid', receivedMsat: 100_000n }])
    expect(b.notifications.filter(({ type }) => type === 'invoice-paid')).toHaveLength(1)
  })

  it('survive a restart in between', () => {
    const { net, a, b, invoice } = pair()
    sendPart(net, a, invoice, { amountMsat: 60_000n, totalMsat: 100_000n })
    net.kill(b)
    net.settle()
    net.recover()
    expect(inFlight(b)).toBe(60_000n)
    sendPart(net, a, invoice, { amountMsat: 40_000n, totalMsat: 100_000n })
    expect(b.channelBalance()).toBe(100_000n)
  })

  it('go back when the rest does not come', () => {
    const { net, a, b, invoice, balance } = pair()
    sendPart(net, a, invoice, { amountMsat: 60_000n, totalMsat: 100_000n })
    net.tick(59)
    expect(inFlight(b)).toBe(60_000n)
    net.tick(2)
    expect([balance(), inFlight(b)]).toEqual([0n, 0n])
    sendPart(net, a, invoice, { amountMsat: 100_000n })
    expect(balance()).toBe(100_000n)
  })

  it('must agree on the total', () => {
    const { net, a, b, invoice, balance } = pair()
    sendPart(net, a, invoice, { amountMsat: 60_000n, totalMsat: 100_000n })
    sendPart(net, a, invoice, { amountMsat: 40_000n, totalMsat: 110_000n })
    expect([balance(), inFlight(b)]).toEqual([0n, 60_000n])
  })

  it.each([
    ['a wrong secret', { amountMsat: 100_000n, secret: new Uint8Array(32) }],
    ['too little in all', { amountMsat: 99_999n }],
    ['more than twice the amount', { amountMsat: 200_001n }],
    ['less than the onion says', { amountMsat: 100_000n, onionAmountMsat: 100_001n }],
    ['an expiry before the onion’s', { amountMsat: 100_000n, onionExpiry: 41 }],
    ['too little time left', { amountMsat: 100_000n, expiry: 23 }],
  ])('fails: %s', (_what, part) => {
    const { net, a, b, invoice, balance } = pair()
    sendPart(net, a, invoice, part)
    expect([balance(), inFlight(b)]).toEqual([0n, 0n])
    expect(b.machine.invoices(net.now)).toMatchObject([{ state: 'open' }])
  })
})
