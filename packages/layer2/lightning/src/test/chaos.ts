import { expect } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

/** More than all the fees that the endings on chain of one run can cost a node, in satoshi. */
const FEE_BOUND = 25_000n

const wealth = (net: SimNetwork, node: SimNode): bigint =>
  node.channelBalance() / 1000n + net.chain.valueTo(node.walletScript)

/**
 * As the scenario, but blocks come while nodes are away (never for longer than a deadline), channels are closed by force
 * with payments in flight, and the end is on chain: what a node loses beyond its payments are fees.
 */
export function runChaos(seed: number, rounds: number): { sent: number; closed: number } {
  const net = new SimNetwork(seed)
  const { random } = net
  const nodes = [net.add('alice'), net.add('bob'), net.add('carol')] as const
  const [a, b, c] = nodes
  net.open(a, b, 1_000_000n, 400_000_000n)
  net.open(b, c, 1_000_000n, 400_000_000n)
  net.open(a, b, 800_000n, 300_000_000n)
  net.open(b, c, 800_000n, 300_000_000n)
  const before = nodes.map((node) => wealth(net, node))
  let closed = 0
  for (let round = 0; round < rounds; round++) {
    const choice = random.below(24)
    const payer = random.pick(nodes)
    const payee = random.pick(nodes.filter((node) => node !== payer))
    if (choice < 10 && payer.alive && payee.alive) pay(net, payer, payee)
    for (let steps = random.below(20); steps > 0; steps--) net.step()
    if (choice === 10) net.kill(random.pick(nodes))
    if (choice === 11 || choice === 12) mineSome(net, nodes)
    if (choice === 13 && closed < 3 && payer.alive) {
      const open = payer.machine.channels().filter(({ state }) => state === 'normal')
      if (open.length > 1) {
        net.command(payer, { type: 'close-channel', channel: random.pick(open).channel, force: true })
        closed++
      }
    }
    if (choice > 16) for (const node of nodes) if (!node.alive) net.revive(node)
    net.now += 1
    for (const node of nodes) net.handle(node, { type: 'tick' })
  }
  net.recover()
  net.mine(330)
  net.recover()
  const expected = nodes.map((node, i) => before[i]! + earned(node, nodes))
  nodes.forEach((node, i) => {
    expect(wealth(net, node), `seed ${seed}: ${node.name}`).toBeGreaterThan(expected[i]! - FEE_BOUND)
    for (const payment of node.machine.payments()) expect(payment.state, `seed ${seed}`).not.toBe('pending')
    for (const channel of node.machine.channels()) {
      expect([channel.state, channel.inFlightInMsat, channel.inFlightOutMsat], `seed ${seed}`).toEqual([
        'normal',
        0n,
        0n,
      ])
    }
  })
  return {
    sent: nodes.flatMap((node) => node.machine.payments()).filter(({ state }) => state === 'sent').length,
    closed,
  }
}

function pay(net: SimNetwork, payer: SimNode, payee: SimNode): void {
  const amountMsat = BigInt(1_000 + net.random.below(40_000_000))
  const reply = payee.replies.get(net.command(payee, { type: 'create-invoice', description: 'chaos', amountMsat }))
  if (!reply?.ok || reply.value.type !== 'create-invoice') return
  net.command(payer, { type: 'pay-invoice', invoice: reply.value.invoice, maxFeeMsat: 100_000n })
}

/** A few blocks; whoever is away comes back before the next ones. */
function mineSome(net: SimNetwork, nodes: readonly SimNode[]): void {
  net.mine(1 + net.random.below(6))
  for (const node of nodes) if (!node.alive) net.revive(node)
}

/** What a node's own payments, sent and received, brought it, in satoshi rounded down. */
function earned(node: SimNode, nodes: readonly SimNode[]): bigint {
  let msat = 0n
  for (const payment of node.machine.payments()) {
    if (payment.state === 'sent') msat -= payment.amountMsat + payment.feeMsat
  }
  for (const other of nodes) {
    for (const payment of other.machine.payments()) {
      if (payment.state === 'sent' && payment.destination === node.id) msat += payment.amountMsat
    }
  }
  return msat / 1000n - 1n
}
