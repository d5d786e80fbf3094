import { decodeUtf8, hexToBytes, utf8ToBytes } from '@ply/bytes'
import { type ChannelId, computeChannelId, decodeMessage, encodeMessage, type Message } from '@ply/wire'
import type { Txid } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

const say = (net: SimNetwork, from: SimNode, to: SimNode, message: Message): void => {
  net.handle(to, { type: 'peer-message', peer: from.id, bytes: encodeMessage(message) })
}

/** What was sent since `from`, decoded. */
const saidSince = (net: SimNetwork, from: number): Message[] =>
  net.sent.slice(from).flatMap((bytes) => {
    const message = decodeMessage(bytes)
    return message.ok ? [message.value] : []
  })

/** `mallory` is connected to `victim`, and has an `open_channel` that the victim would take. */
function prepare(net: SimNetwork, mallory: SimNode, victim: SimNode): Extract<Message, { type: 'open_channel' }> {
  net.ask(mallory, { type: 'connect', peer: victim.id, address: `${victim.name}:9735` })
  const before = net.sent.length
  net.command(mallory, { type: 'open-channel', peer: victim.id, fundingSat: 500_000n, announce: false })
  const open = saidSince(net, before).find((message) => message.type === 'open_channel')
  if (open?.type !== 'open_channel') throw new Error('no open_channel')
  return open
}

describe('a hostile opener', () => {
  it("cannot take another channel's id, and with it that channel's place in the store", () => {
    const net = new SimNetwork(1)
    const [alice, bob, mallory] = [net.add('alice'), net.add('bob'), net.add('mallory')]
    const channel = net.open(alice, bob, 1_000_000n, 300_000_000n)
    const open = prepare(net, mallory, bob)
    const { fundingTxid, fundingIndex } = bob.machine.channels()[0]!
    const temporaryChannelId = new Uint8Array(32).fill(7) as ChannelId
    say(net, mallory, bob, { ...open, temporaryChannelId })
    const before = net.sent.length
    say(net, mallory, bob, {
      type: 'funding_created',
      temporaryChannelId,
      fundingTxid: fundingTxid as Txid,
      fundingOutputIndex: fundingIndex!,
      signature: new Uint8Array(64).fill(1),
    })
    expect(computeChannelId({ txid: fundingTxid as Txid, index: fundingIndex! })).toEqual(hexToBytes(channel))
    const errors = saidSince(net, before).flatMap((message) =>
      message.type === 'error' ? [decodeUtf8(message.data)] : [],
    )
    expect(errors).toMatchObject([{ value: 'this funding outpoint belongs to another channel' }])
  })

  it('gets no more unfunded channels by hanging up in between, nor by ending them', () => {
    const net = new SimNetwork(2)
    const [bob, mallory] = [net.add('bob'), net.add('mallory')]
    const unfunded = (): number => bob.machine.channels().length
    const openSome = (): void => {
      for (let i = 0; i < 6; i++) {
        net.command(mallory, { type: 'open-channel', peer: bob.id, fundingSat: 500_000n, announce: false })
        net.settle()
      }
    }
    net.ask(mallory, { type: 'connect', peer: bob.id, address: 'bob:9735' })
    openSome()
    expect(unfunded()).toBe(5)
    net.disconnect(mallory.id, bob.id)
    net.settle()
    for (const { channel } of bob.machine.channels()) {
      const channelId = hexToBytes(channel) as ChannelId
      net.connect(mallory.id, bob.id)
      net.settle()
      say(net, mallory, bob, { type: 'error', channelId, data: utf8ToBytes('never mind') })
    }
    openSome()
    expect(unfunded()).toBe(5)
  })
})

describe('strangers', () => {
  it('leave nothing behind when they hang up', () => {
    const net = new SimNetwork(3)
    const [bob, mallory] = [net.add('bob'), net.add('mallory')]
    net.ask(mallory, { type: 'connect', peer: bob.id, address: 'bob:9735' })
    net.disconnect(mallory.id, bob.id)
    while (net.step());
    expect(bob.core.reconnects.size).toBe(0)
  })

  it('are sent away when they never say init', () => {
    const net = new SimNetwork(4)
    const bob = net.add('bob')
    const peer = net.add('mallory').id
    net.handle(bob, { type: 'peer-connected', peer, outbound: false })
    net.now += 61
    const effects = bob.machine.handle({ type: 'tick' }, net.env(bob))
    expect(effects).toContainEqual({ type: 'disconnect', peer, reason: 'no init' })
  })
})
