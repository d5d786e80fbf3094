import { bytesToHex } from '@ply/bytes'
import { decodeMessage, decodeShortIds, encodeMessage, encodeShortIds, type Message } from '@ply/wire'
import { describe, expect, it } from 'vitest'
import { SimNetwork, type SimNode } from './simNetwork.ts'

function network(): { net: SimNetwork; a: SimNode; b: SimNode } {
  const net = new SimNetwork(8)
  const [a, b] = [net.add('alice'), net.add('bob')]
  net.open(a, b, 1_000_000n, 100_000_000n)
  return { net, a, b }
}

/** What a node answers to a message, of the messages about gossip. */
function answers(net: SimNetwork, node: SimNode, peer: SimNode, message: Message): Message[] {
  const queue = net.links.get(`${node.id}>${peer.id}`)!
  queue.splice(0)
  net.handle(node, { type: 'peer-message', peer: peer.id, bytes: encodeMessage(message) })
  return queue.splice(0).flatMap((bytes) => {
    const decoded = decodeMessage(bytes)
    return decoded.ok ? [decoded.value] : []
  })
}

describe('gossip', () => {
  it('reaches a node that comes later, with the names of the nodes', () => {
    const { net, a, b } = network()
    const late = net.add('late')
    net.ask(late, { type: 'connect', peer: b.id, address: 'bob:9735' })
    net.tick()
    expect(late.machine.graph.channelCount).toBe(1)
    const names = [...late.machine.graph.nodes()].map(({ announcement }) => announcement?.alias[0])
    expect(names.sort()).toEqual([97, 98])
    expect(late.machine.graph.node(a.id)?.announcement?.nodeId).toEqual(a.core.nodeId)
    // And it survives a restart.
    net.kill(late)
    net.revive(late)
    expect(late.machine.graph.channelCount).toBe(1)
    expect([...late.machine.graph.channels()][0]!.edges.every((edge) => edge !== undefined)).toBe(true)
    net.ask(b, { type: 'close-channel', channel: b.machine.channels()[0]!.channel, force: false })
    net.mine(80)
    expect(late.machine.graph.channelCount).toBe(0)
  })

  it('answers queries', () => {
    const { net, a, b } = network()
    const chainHash = a.core.chainHash
    const range = answers(net, b, a, { type: 'query_channel_range', chainHash, firstBlocknum: 0, numberOfBlocks: 1000 })
    expect(range).toMatchObject([
      { type: 'reply_channel_range', syncComplete: 1, firstBlocknum: 0, numberOfBlocks: 1000 },
    ])
    const [reply] = range
    const ids = reply?.type === 'reply_channel_range' ? decodeShortIds(reply.encodedShortIds) : undefined
    expect(ids).toMatchObject({ ok: true, value: [a.machine.channels()[0]!.shortChannelId] })
    const query = {
      type: 'query_short_channel_ids',
      chainHash,
      encodedShortIds: encodeShortIds(ids?.ok ? ids.value : []),
    } as const
    expect(answers(net, b, a, query).map(({ type }) => type)).toEqual([
      'channel_announcement',
      'channel_update',
      'channel_update',
      'node_announcement',
      'node_announcement',
      'reply_short_channel_ids_end',
    ])
    const elsewhere = { ...query, chainHash: new Uint8Array(32) as typeof chainHash }
    expect(answers(net, b, a, elsewhere)).toMatchObject([{ type: 'reply_short_channel_ids_end', fullInformation: 0 }])
    const filter = { type: 'gossip_timestamp_filter', chainHash, firstTimestamp: 0, timestampRange: 5 } as const
    expect(answers(net, b, a, filter)).toEqual([])
  })

  it('hangs up on forgers, and asks the chain about the others', () => {
    const { net, a, b } = network()
    const stranger = net.add('stranger')
    net.ask(stranger, { type: 'connect', peer: b.id, address: 'bob:9735' })
    const { announcement } = [...a.machine.graph.channels()][0]!
    stranger.core.graph.removeChannel(announcement.shortChannelId)
    const link = `${stranger.id}>${b.id}`
    const forged = { ...announcement, shortChannelId: (announcement.shortChannelId + 1n) as never }
    net.handle(stranger, { type: 'peer-message', peer: b.id, bytes: encodeMessage(announcement) })
    expect(stranger.inbox).toMatchObject([{ type: 'funding-checked' }])
    stranger.inbox = [{ type: 'funding-checked', shortChannelId: announcement.shortChannelId, output: undefined }]
    net.settle()
    expect(stranger.machine.graph.channelCount).toBe(0)
    net.handle(stranger, { type: 'peer-message', peer: b.id, bytes: encodeMessage(forged) })
    expect(net.links.has(link)).toBe(false)
  })

  it('keeps unannounced channels to itself, and finds them by invoice', () => {
    const net = new SimNetwork(9)
    const [a, b, c] = [net.add('alice'), net.add('bob'), net.add('carol')]
    net.open(a, b, 1_000_000n)
    net.ask(b, { type: 'connect', peer: c.id, address: 'carol:9735' })
    net.ask(b, { type: 'open-channel', peer: c.id, fundingSat: 500_000n, announce: false })
    net.mine(7)
    net.tick()
    expect(a.machine.graph.channelCount).toBe(1)
    expect(c.machine.channels()).toMatchObject([{ usable: true, announce: false }])
    const { invoice } = net.ask(c, { type: 'create-invoice', description: '', amountMsat: 1_000_000n })
    net.ask(a, { type: 'pay-invoice', invoice })
    expect(a.machine.payments()).toMatchObject([{ state: 'sent', feeMsat: 1100n }])
    expect(bytesToHex(c.core.nodeId)).toBe(c.id)
  })
})
