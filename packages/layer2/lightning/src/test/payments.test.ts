import { describe, expect, it } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

function line(seed = 1): { net: SimNetwork; a: SimNode; b: SimNode; c: SimNode } {
  const net = new SimNetwork(seed)
  const [a, b, c] = [net.add('alice'), net.add('bob'), net.add('carol')]
  net.open(a, b, 1_000_000n, 200_000_000n)
  net.open(b, c, 1_000_000n, 200_000_000n)
  return { net, a, b, c }
}

const invoice = (net: SimNetwork, node: SimNode, amountMsat?: bigint): string =>
  net.ask(node, {
    type: 'create-invoice',
    description: 'test',
    ...(amountMsat === undefined ? {} : { amountMsat }),
  }).invoice

describe('three nodes in a line', () => {
  it('opens public channels that everybody sees', () => {
    const { a, b, c } = line()
    for (const node of [a, b, c]) {
      expect(node.machine.graph.channelCount).toBe(2)
      expect(node.machine.graph.nodeCount).toBe(3)
      for (const channel of node.machine.graph.channels()) {
        expect(channel.edges.every((edge) => edge !== undefined)).toBe(true)
      }
    }
    expect(a.machine.channels()).toMatchObject([{ usable: true, opener: 'local', localMsat: 800_000_000n }])
    expect(b.machine.channels()).toHaveLength(2)
    expect(a.notifications.map(({ type }) => type)).toContain('channel-opened')
  })

  it('pays over two hops, to the millisatoshi', () => {
    const { net, a, b, c } = line()
    const before = [a, b, c].map((node) => node.channelBalance())
    const { paymentHash } = net.ask(a, { type: 'pay-invoice', invoice: invoice(net, c, 50_000_123n) })
    const fee = 1000n + (50_000_123n * 100n) / 1_000_000n
    expect(a.machine.payments()).toMatchObject([
      { paymentHash, state: 'sent', amountMsat: 50_000_123n, feeMsat: fee, attempts: 1 },
    ])
    expect(c.machine.invoices(net.now)).toMatchObject([{ state: 'paid', receivedMsat: 50_000_123n }])
    const after = [a, b, c].map((node) => node.channelBalance())
    expect(after[0]).toBe(before[0]! - 50_000_123n - fee)
    expect(after[1]).toBe(before[1]! + fee)
    expect(after[2]).toBe(before[2]! + 50_000_123n)
    expect(b.notifications).toContainEqual(expect.objectContaining({ type: 'payment-forwarded', feeMsat: fee }))
    // Nothing is kept of what is done.
    for (const node of [a, b, c]) expect([...node.store.keys()].some((key) => key.startsWith('69'))).toBe(false)
  })

  it('pays back and forth over one hop, both at once', () => {
    const { net, a, b } = line()
    const before = a.channelBalance()
    for (let i = 0; i < 5; i++) {
      const toB = net.ask(b, { type: 'create-invoice', description: `b${i}`, amountMsat: 1_000_000n }).invoice
      const toA = net.ask(a, { type: 'create-invoice', description: `a${i}`, amountMsat: 400_000n }).invoice
      net.command(a, { type: 'pay-invoice', invoice: toB })
      net.command(b, { type: 'pay-invoice', invoice: toA })
      net.settle()
    }
    expect(a.channelBalance()).toBe(before - 5n * 600_000n)
    expect([...a.machine.payments(), ...b.machine.payments()].every(({ state }) => state === 'sent')).toBe(true)
  })

  it('pays an invoice once', () => {
    const { net, a, c } = line()
    const text = invoice(net, c, 1000n)
    net.ask(a, { type: 'pay-invoice', invoice: text })
    const again = net.command(a, { type: 'pay-invoice', invoice: text })
    expect(a.replies.get(again)).toMatchObject({ ok: false, error: { code: 'already-paid' } })
    const other = net.add('dave')
    net.open(other, a, 500_000n)
    net.command(other, { type: 'pay-invoice', invoice: text })
    net.settle()
    expect(other.machine.payments()).toMatchObject([
      { state: 'failed', failure: 'incorrect_or_unknown_payment_details at hop 3 of 3' },
    ])
    expect(c.notifications.filter(({ type }) => type === 'invoice-paid')).toHaveLength(1)
  })

  it('pays any amount for an invoice without one, and keysend', () => {
    const { net, a, c } = line()
    const before = c.channelBalance()
    const text = invoice(net, c)
    const refused = net.command(a, { type: 'pay-invoice', invoice: text })
    expect(a.replies.get(refused)).toMatchObject({ ok: false, error: { code: 'amount-missing' } })
    net.ask(a, { type: 'pay-invoice', invoice: text, amountMsat: 777n })
    net.ask(a, { type: 'keysend', destination: c.id, amountMsat: 123_456n })
    expect(c.channelBalance()).toBe(before + 777n + 123_456n)
  })

  it('refuses what cannot be paid', () => {
    const { net, a, b, c } = line()
    const codeOf = (command: Parameters<SimNetwork['command']>[1], node = a): string => {
      const reply = node.replies.get(net.command(node, command))
      return reply?.ok === false ? reply.error.code : 'ok'
    }
    expect(codeOf({ type: 'pay-invoice', invoice: 'lnbcrt1qqqqqq' })).toBe('bad-invoice')
    expect(codeOf({ type: 'pay-invoice', invoice: invoice(net, a, 5n) })).toBe('own-invoice')
    expect(codeOf({ type: 'pay-invoice', invoice: invoice(net, c, 900_000_000n) })).toBe('no-route')
    expect(codeOf({ type: 'pay-invoice', invoice: invoice(net, c, 1_000_000n), maxFeeMsat: 5n })).toBe('no-route')
    expect(codeOf({ type: 'pay-invoice', invoice: invoice(net, c, 9n), amountMsat: 8n })).toBe('bad-amount')
    const old = invoice(net, c, 10n)
    net.now += 4000
    expect(codeOf({ type: 'pay-invoice', invoice: old })).toBe('invoice-expired')
    expect(codeOf({ type: 'create-invoice', description: '', amountMsat: 0n })).toBe('bad-amount')
    expect(codeOf({ type: 'connect', peer: 'nobody', address: 'x:1' })).toBe('unknown-peer')
    expect(codeOf({ type: 'open-channel', peer: c.id, fundingSat: 100_000n, announce: true })).toBe(
      'peer-not-connected',
    )
    expect(codeOf({ type: 'open-channel', peer: b.id, fundingSat: 100n, announce: true })).toBe('channel-refused')
    expect(codeOf({ type: 'close-channel', channel: '00', force: false })).toBe('unknown-channel')
    expect(codeOf({ type: 'disconnect', peer: b.id })).toBe('peer-has-channels')
  })

  it('closes by agreement, and both wallets have their coins', () => {
    const { net, a, b } = line()
    const { channel, localMsat } = a.machine.channels()[0]!
    net.ask(a, { type: 'close-channel', channel, force: false })
    net.mine(1)
    expect(net.chain.valueTo(a.walletScript)).toBeGreaterThan(localMsat / 1000n - 2000n)
    expect(net.chain.valueTo(b.walletScript)).toBe(200_000n)
    net.mine(110)
    expect(a.machine.channels()).toEqual([])
    expect(a.notifications.at(-1)).toEqual({ type: 'channel-closed', channel })
    expect(b.machine.channels()).toHaveLength(1)
    expect(b.machine.graph.channelCount).toBe(1)
  })

  it('gives up an opening to which the peer says nothing, and frees the coins', () => {
    const net = new SimNetwork(6)
    const [a, b] = [net.add('alice'), net.add('bob')]
    net.ask(a, { type: 'connect', peer: b.id, address: 'bob:9735' })
    const id = net.command(a, { type: 'open-channel', peer: b.id, fundingSat: 100_000n, announce: true })
    b.alive = false
    net.links.get(`${a.id}>${b.id}`)!.splice(0)
    net.now += 119
    net.handle(a, { type: 'tick' })
    expect(a.replies.get(id)).toBeUndefined()
    net.now += 1
    net.handle(a, { type: 'tick' })
    expect(a.replies.get(id)).toMatchObject({ ok: false, error: { code: 'channel-refused' } })
    expect(a.core.channels.size).toBe(0)
  })
})
