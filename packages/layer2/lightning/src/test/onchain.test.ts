import { describe, expect, it } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

const wealth = (net: SimNetwork, node: SimNode): bigint =>
  node.channelBalance() / 1000n + net.chain.valueTo(node.walletScript)

function line(seed: number): { net: SimNetwork; a: SimNode; b: SimNode; c: SimNode } {
  const net = new SimNetwork(seed)
  const [a, b, c] = [net.add('alice'), net.add('bob'), net.add('carol')]
  net.open(a, b, 1_000_000n, 200_000_000n)
  net.open(b, c, 1_000_000n, 200_000_000n)
  return { net, a, b, c }
}

/** Starts a payment of 20 million msat from a to c and stops when `stop` holds. */
function payUntil(net: SimNetwork, a: SimNode, c: SimNode, stop: () => boolean): string {
  const { invoice, paymentHash } = net.ask(c, { type: 'create-invoice', description: '', amountMsat: 20_000_000n })
  net.command(a, { type: 'pay-invoice', invoice })
  while (!stop()) if (!net.step()) throw new Error('came to rest too early')
  return paymentHash
}

const inFlight = (node: SimNode, peer: SimNode): boolean =>
  node.machine.channels().some((channel) => channel.peer === peer.id && channel.inFlightOutMsat > 0n)

describe('endings on chain', () => {
  it('a forced close brings both sides their coins', () => {
    const { net, a, b } = line(1)
    const before = [wealth(net, a), wealth(net, b)]
    const { channel } = a.machine.channels()[0]!
    net.ask(a, { type: 'close-channel', channel, force: true })
    net.mine(260)
    expect(a.machine.channels()).toEqual([])
    expect(wealth(net, a)).toBeGreaterThan(before[0]! - 4000n)
    expect(wealth(net, b)).toBeGreaterThan(before[1]! - 2000n)
    expect(b.machine.graph.channelCount).toBe(1)
  })

  it('a payment that hangs at the payee times out on chain and fails back to the payer', () => {
    const { net, a, b, c } = line(2)
    const before = [wealth(net, a), wealth(net, b)]
    payUntil(net, a, c, () => inFlight(b, c))
    net.kill(c)
    net.settle()
    net.mine(130)
    expect(a.machine.payments()).toMatchObject([{ state: 'failed' }])
    expect(wealth(net, a)).toBe(before[0])
    net.mine(160)
    expect(wealth(net, b)).toBeGreaterThan(before[1]! - 6000n)
    expect(a.machine.channels()).toMatchObject([{ state: 'normal', inFlightOutMsat: 0n }])
  })

  it('a preimage that shows on chain pays the hop before', () => {
    const { net, a, b, c } = line(3)
    const before = wealth(net, a)
    const hash = payUntil(net, a, c, () => c.machine.invoices(net.now)[0]?.state === 'paid')
    // Carol has released the preimage to herself alone, and bob goes away: she must take the money on chain.
    net.disconnect(b.id, c.id)
    net.kill(b)
    net.settle()
    net.mine(30)
    net.revive(b)
    for (let i = 0; i < 6; i++) net.tick(5)
    net.mine(20)
    const payment = a.machine.payments().find(({ paymentHash }) => paymentHash === hash)
    expect(payment?.state).toBe('sent')
    net.mine(300)
    expect(wealth(net, a)).toBeLessThan(before - 19_000n)
    expect(wealth(net, c)).toBeGreaterThan(200_000n + 20_000n - 6000n)
  })
})
