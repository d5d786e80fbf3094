import type { Random } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

/** A message as a broken or hostile peer may send it. */
function spoil(random: Random, valid: readonly Uint8Array[], channelId: Uint8Array): Uint8Array {
  const bytes = random.pick(valid).slice()
  switch (random.below(6)) {
    case 0:
      return random.bytes(random.below(200))
    case 1:
      return bytes.slice(0, random.below(bytes.length))
    case 2:
      return Uint8Array.of(...bytes, ...random.bytes(1 + random.below(40)))
    case 3:
      // Somebody else's message, for this channel.
      bytes.set(channelId.subarray(0, Math.max(0, Math.min(32, bytes.length - 2))), 2)
      return bytes
    case 4:
      return bytes
    default:
      for (let flips = 1 + random.below(4); flips > 0; flips--) bytes[random.below(bytes.length)] = random.below(256)
      return bytes
  }
}

/** What a node owns: in channels and in its wallet, in satoshi. */
const wealth = (net: SimNetwork, node: SimNode): bigint =>
  node.channelBalance() / 1000n + net.chain.valueTo(node.walletScript)

describe('garbage from a peer', () => {
  it.each([1, 2])('never throws, and costs at most the fees of a close (seed %i)', (seed) => {
    const net = new SimNetwork(seed)
    const [a, b, c, mallory] = [net.add('alice'), net.add('bob'), net.add('carol'), net.add('mallory')]
    net.open(a, b, 1_000_000n, 300_000_000n)
    net.open(b, c, 1_000_000n, 300_000_000n)
    net.open(mallory, b, 1_000_000n, 300_000_000n)
    const pay = (from: SimNode, to: SimNode): string => {
      const { invoice } = net.ask(to, { type: 'create-invoice', description: '', amountMsat: 5_000_000n })
      net.command(from, { type: 'pay-invoice', invoice })
      net.settle()
      return from.machine.payments().at(-1)?.state ?? 'none'
    }
    expect(pay(a, c)).toBe('sent')
    expect(pay(mallory, c)).toBe('sent')
    const before = wealth(net, b)

    const valid = net.sent.filter((bytes) => bytes.length > 2)
    const channelId = Uint8Array.from(Buffer.from(mallory.machine.channels()[0]!.channel, 'hex'))
    mallory.alive = false
    for (let i = 0; i < 250; i++) {
      if (!net.links.has(`${mallory.id}>${b.id}`)) {
        mallory.alive = true
        net.connect(mallory.id, b.id)
        mallory.alive = false
        mallory.inbox = []
        net.settle()
        const init = valid.find((bytes) => bytes[0] === 0 && bytes[1] === 16)!
        net.handle(b, { type: 'peer-message', peer: mallory.id, bytes: init })
      }
      const bytes = spoil(net.random, valid, channelId)
      net.handle(b, { type: 'peer-message', peer: mallory.id, bytes })
      net.settle()
    }
    expect(pay(a, c)).toBe('sent')
    net.mine(160)
    for (let i = 0; i < 5; i++) net.tick(70)
    expect(wealth(net, b)).toBeGreaterThan(before - 3000n)
    expect(b.machine.channels().filter(({ usable }) => usable)).toHaveLength(2)
  })
})
