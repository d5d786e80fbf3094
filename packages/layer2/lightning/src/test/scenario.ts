import { expect } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

export interface ScenarioOptions {
  readonly seed: number
  readonly rounds: number
}

/** Payments among three nodes in a line while connections break and processes die; then everything must add up. */
export function runScenario({ seed, rounds }: ScenarioOptions): { sent: number; failed: number } {
  const net = new SimNetwork(seed)
  const nodes = [net.add('alice'), net.add('bob'), net.add('carol')] as const
  const [a, b, c] = nodes
  net.open(a, b, 1_000_000n, 400_000_000n)
  net.open(b, c, 1_000_000n, 400_000_000n)
  const before = new Map(nodes.map((node) => [node.name, node.channelBalance()]))
  for (let round = 0; round < rounds; round++) disturb(net, nodes)
  net.recover()
  check(nodes, before, seed)
  const payments = nodes.flatMap((node) => node.machine.payments())
  const sent = payments.filter(({ state }) => state === 'sent').length
  return { sent, failed: payments.length - sent }
}

function disturb(net: SimNetwork, nodes: readonly SimNode[]): void {
  const { random } = net
  const choice = random.below(20)
  if (choice < 8) startPayment(net, nodes)
  for (let steps = random.below(25); steps > 0; steps--) net.step()
  if (choice === 8 || choice === 9) {
    const [link] = [...net.links.keys()].slice(random.below(Math.max(1, net.links.size)))
    if (link !== undefined) net.disconnect(...(link.split('>') as [string, string]))
  }
  if (choice === 10) net.kill(random.pick(nodes))
  if (choice === 11) random.pick(nodes).dying = true
  if (choice >= 12 && choice < 15) for (const node of nodes) if (!node.alive) net.revive(node)
  if (choice === 15) net.tick(1 + random.below(5))
  if (choice > 15) {
    net.now += 1
    for (const node of nodes) net.handle(node, { type: 'tick' })
  }
}

function startPayment(net: SimNetwork, nodes: readonly SimNode[]): void {
  const { random } = net
  const payer = random.pick(nodes)
  const payee = random.pick(nodes.filter((node) => node !== payer))
  if (!payer.alive || !payee.alive || payee.dying) return
  const amountMsat = BigInt(1 + random.below(random.chance(0.3) ? 60_000_000 : 500_000))
  const id = net.command(payee, { type: 'create-invoice', description: 'sim', amountMsat })
  const reply = payee.replies.get(id)
  if (reply?.ok && reply.value.type === 'create-invoice') {
    net.command(payer, { type: 'pay-invoice', invoice: reply.value.invoice, maxFeeMsat: 100_000n })
  }
}

/** Everybody has what the payments say, to the millisatoshi. */
function check(nodes: readonly SimNode[], before: ReadonlyMap<string, bigint>, seed: number): void {
  const where = `seed ${seed}`
  const expected = new Map(before)
  const add = (name: string, amount: bigint): void => void expected.set(name, expected.get(name)! + amount)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  let fees = 0n
  for (const node of nodes) {
    expect(
      node.machine.channels().every(({ usable }) => usable),
      `${where}: ${node.name}'s channels are usable`,
    ).toBe(true)
    for (const payment of node.machine.payments()) {
      expect(payment.state, `${where}: ${payment.paymentHash}`).not.toBe('pending')
      const payee = byId.get(payment.destination)!
      const invoice = payee.machine.invoices(0).find(({ paymentHash }) => paymentHash === payment.paymentHash)
      expect(invoice?.state === 'paid', `${where}: invoice of ${payment.paymentHash}`).toBe(payment.state === 'sent')
      if (payment.state !== 'sent') continue
      add(node.name, -payment.amountMsat - payment.feeMsat)
      add(payee.name, payment.amountMsat)
      fees += payment.feeMsat
    }
  }
  add('bob', fees)
  for (const node of nodes) expect(node.channelBalance(), `${where}: ${node.name}`).toBe(expected.get(node.name))
  for (const node of nodes) {
    for (const channel of node.machine.channels()) {
      expect(channel.inFlightInMsat + channel.inFlightOutMsat, `${where}: in flight`).toBe(0n)
      expect(channel.localMsat + channel.remoteMsat, where).toBe(channel.capacitySat * 1000n)
      const other = byId
        .get(channel.peer)!
        .machine.channels()
        .find((each) => each.channel === channel.channel)!
      expect(channel.localMsat, where).toBe(other.remoteMsat)
    }
  }
}
