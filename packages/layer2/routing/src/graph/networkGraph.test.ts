import { bytesToHex, concatBytes, equalBytes, unwrap } from '@ply/bytes'
import type { Msats, Sats, Txid } from '@ply/primitives'
import {
  type ChannelAnnouncement,
  decodeMessage,
  encodeMessage,
  featureBits,
  gossipSignatureHash,
  type NodeId,
} from '@ply/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChannelAnnouncement } from '../announcement/channelAnnouncement.ts'
import { checkChannelUpdate, isDontForward } from '../announcement/channelUpdate.ts'
import {
  createChannelAnnouncement,
  createChannelUpdate,
  createNodeAnnouncement,
  directionOf,
  signChannelAnnouncement,
} from '../announcement/create.ts'
import { checkNodeAnnouncement } from '../announcement/nodeAnnouncement.ts'
import { addTestChannel, chainHash, NOW, testNode, testScid, testUpdate } from '../test/graphFixture.ts'
import { NetworkGraph } from './networkGraph.ts'

const [a, b, keyA, keyB] = [1, 2, 3, 4].map(testNode) as [
  ReturnType<typeof testNode>,
  ReturnType<typeof testNode>,
  ReturnType<typeof testNode>,
  ReturnType<typeof testNode>,
]

function signedAnnouncement(): ChannelAnnouncement {
  const unsigned = createChannelAnnouncement({
    chainHash,
    shortChannelId: testScid(5),
    ends: [
      { nodeId: a.id, fundingKey: keyA.id },
      { nodeId: b.id, fundingKey: keyB.id },
    ],
  })
  const hash = gossipSignatureHash(unsigned)
  const ours = signChannelAnnouncement(unsigned, directionOf(a.id, b.id), {
    nodeSignature: a.sign(hash),
    bitcoinSignature: keyA.sign(hash),
  })
  return signChannelAnnouncement(ours, directionOf(b.id, a.id), {
    nodeSignature: b.sign(hash),
    bitcoinSignature: keyB.sign(hash),
  })
}

const code = (result: { ok: true } | { ok: false; error: { code: string } }): string =>
  result.ok ? 'ok' : result.error.code

describe('gossip rules', () => {
  it('accepts our own channel_announcement and says what the output must be', () => {
    const checked = unwrap(checkChannelAnnouncement(signedAnnouncement(), chainHash))
    expect(checked.shortChannelId).toBe(testScid(5))
    expect(checked.fundingScript.length).toBe(34)
    expect([...checked.fundingScript.subarray(0, 2)]).toEqual([0, 32])
  })

  it('rejects a wrong chain, order or any wrong signature', () => {
    const good = signedAnnouncement()
    expect(code(checkChannelAnnouncement(good, new Uint8Array(32) as typeof chainHash))).toBe('unknown-chain')
    const swapped = { ...good, nodeId1: good.nodeId2, nodeId2: good.nodeId1 }
    expect(code(checkChannelAnnouncement(swapped, chainHash))).toBe('node-ids-not-ascending')
    for (const field of ['nodeSignature1', 'nodeSignature2', 'bitcoinSignature1', 'bitcoinSignature2'] as const) {
      const broken = { ...good, [field]: Uint8Array.from(good[field], (byte, i) => (i === 9 ? byte ^ 1 : byte)) }
      expect(code(checkChannelAnnouncement(broken, chainHash))).toBe('invalid-signature')
    }
    expect(code(checkChannelAnnouncement({ ...good, excess: Uint8Array.of(1) }, chainHash))).toBe('invalid-signature')
  })

  const plan = {
    chainHash,
    shortChannelId: testScid(5),
    timestamp: NOW,
    direction: 0 as const,
    disabled: false,
    dontForward: true,
    cltvExpiryDelta: 40,
    htlcMinimumMsat: 1n as Msats,
    htlcMaximumMsat: 5n as Msats,
    feeBaseMsat: 1,
    feeProportionalMillionths: 2,
  }

  it('checks channel_update', () => {
    const update = createChannelUpdate(plan, a.sign)
    const context = { chainHash, nodeId: a.id, lastTimestamp: undefined, now: NOW }
    expect(isDontForward(update)).toBe(true)
    expect(code(checkChannelUpdate(update, context))).toBe('ok')
    expect(code(checkChannelUpdate(update, { ...context, nodeId: b.id }))).toBe('invalid-signature')
    expect(code(checkChannelUpdate(update, { ...context, lastTimestamp: NOW }))).toBe('stale-timestamp')
    expect(code(checkChannelUpdate(update, { ...context, now: NOW - 100_000 }))).toBe('timestamp-in-future')
    expect(code(checkChannelUpdate({ ...update, messageFlags: 0 }, context))).toBe('must-be-one-missing')
    expect(code(checkChannelUpdate({ ...update, htlcMinimumMsat: 6n as Msats }, context))).toBe(
      'htlc-maximum-under-minimum',
    )
    expect(code(checkChannelUpdate({ ...update, timestamp: 0 }, context))).toBe('timestamp-zero')
    expect(code(checkChannelUpdate({ ...update, chainHash: new Uint8Array(32) as never }, context))).toBe(
      'unknown-chain',
    )
  })

  it('checks node_announcement and cuts a long alias between characters', () => {
    const announcement = createNodeAnnouncement(
      {
        nodeId: a.id,
        timestamp: NOW,
        features: featureBits({ basic_mpp: 'optional' }),
        color: Uint8Array.of(1, 2, 3),
        alias: 'ä'.repeat(20),
        addresses: [{ type: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port: 9735 }],
      },
      a.sign,
    )
    expect(announcement.alias.every((byte) => byte !== 0)).toBe(true)
    expect(code(checkNodeAnnouncement(announcement, { lastTimestamp: undefined, now: NOW }))).toBe('ok')
    expect(code(checkNodeAnnouncement(announcement, { lastTimestamp: NOW, now: NOW }))).toBe('stale-timestamp')
    expect(code(checkNodeAnnouncement(announcement, { lastTimestamp: undefined, now: 0 }))).toBe('timestamp-in-future')
    const other = { ...announcement, nodeId: b.id }
    expect(code(checkNodeAnnouncement(other, { lastTimestamp: undefined, now: NOW }))).toBe('invalid-signature')
  })

  it('rejects mutated gossip bytes', () => {
    const bytes = encodeMessage(signedAnnouncement())
    fc.assert(
      fc.property(fc.integer({ min: 2, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const mutated = bytes.slice()
        mutated[at]! ^= flip
        const decoded = decodeMessage(mutated)
        if (decoded.ok && decoded.value.type === 'channel_announcement') {
          expect(checkChannelAnnouncement(decoded.value, chainHash).ok).toBe(false)
        }
      }),
      { seed: 1, numRuns: 60 },
    )
  })
})

describe('NetworkGraph', () => {
  it('keeps channels, terms and nodes, newest first', () => {
    const graph = new NetworkGraph()
    const id = addTestChannel(graph, 1, { a, b, forth: { base: 1 } })
    expect([graph.channelCount, graph.nodeCount]).toEqual([1, 2])
    const direction = directionOf(a.id, b.id)
    expect(code(graph.applyUpdate(testUpdate(id, direction)))).toBe('stale-timestamp')
    expect(code(graph.applyUpdate(testUpdate(id, direction, { timestamp: NOW + 1, base: 2 })))).toBe('ok')
    expect(graph.channel(id)!.edges[direction]!.feeBaseMsat).toBe(2)
    expect([...graph.usableEdgesTo(b.key)].map((edge) => edge.from)).toEqual([a.key])
    expect([...graph.usableEdgesTo(a.key)]).toEqual([])
    expect(code(graph.applyUpdate(testUpdate(testScid(9), 0)))).toBe('unknown-channel')
    const tooMuch = testUpdate(id, direction, { timestamp: NOW + 2, max: 1_000_000_001n })
    expect(code(graph.applyUpdate(tooMuch))).toBe('htlc-maximum-over-capacity')
    const { announcement } = graph.channel(id)!
    const again = (changed: Partial<ChannelAnnouncement>) =>
      graph.addChannel({
        announcement: { ...announcement, ...changed },
        capacity: 1n as Sats,
        funding: { txid: new Uint8Array(32) as Txid, index: 9 },
      })
    expect(code(again({}))).toBe('duplicate-channel')
    expect(code(again({ nodeId1: keyA.id }))).toBe('conflicting-announcement')
  })

  it('routes through nobody who demands what we do not know', () => {
    const graph = new NetworkGraph(featureBits({ option_route_blinding: 'optional' }))
    const id = addTestChannel(graph, 1, { a, b, forth: {} })
    const announce = (features: number[], timestamp: number) =>
      createNodeAnnouncement(
        { nodeId: a.id, timestamp, features: new Set(features), color: new Uint8Array(3), alias: '', addresses: [] },
        a.sign,
      )
    expect(code(graph.applyNodeAnnouncement(announce([24, 101], NOW)))).toBe('ok')
    expect(graph.node(a.key)!.routable).toBe(true)
    expect(code(graph.applyNodeAnnouncement(announce([100], NOW)))).toBe('stale-timestamp')
    expect(code(graph.applyNodeAnnouncement(announce([100], NOW + 1)))).toBe('ok')
    expect(graph.node(a.key)!.routable).toBe(false)
    const stranger = { ...announce([], NOW), nodeId: keyA.id as NodeId }
    expect(code(graph.applyNodeAnnouncement(stranger))).toBe('unknown-node')
    expect(graph.channel(id)!.routable).toBe(true)
  })

  it('forgets spent and silent channels', () => {
    const graph = new NetworkGraph()
    const id = addTestChannel(graph, 1, { a, b, forth: {} })
    const other = addTestChannel(graph, 2, { a, b: keyA, forth: { timestamp: NOW - 1_300_000 } })
    expect(graph.channelsInBlocks(100, 1)).toEqual([id, other])
    const { funding } = graph.channel(id)!
    expect(graph.fundingOutpoints().some((each) => equalBytes(each.txid, funding.txid))).toBe(true)
    expect(graph.spendFunding(funding, 200)).toBe(id)
    expect([...graph.usableEdgesTo(b.key)]).toEqual([])
    expect(graph.channelsInBlocks(100, 1)).toEqual([other])
    expect(graph.unspendFrom(200)).toEqual([id])
    expect([...graph.usableEdgesTo(b.key)].length).toBe(1)
    graph.spendFunding(funding, 201)
    expect(graph.pruneSpent(272)).toEqual([])
    expect(graph.pruneSpent(273)).toEqual([id])
    expect(graph.node(b.key)).toBeUndefined()
    expect(graph.pruneStale(NOW, bytesToHex(concatBytes(a.id)))).toEqual([])
    expect(graph.pruneStale(NOW)).toEqual([other])
    expect(graph.nodeCount).toBe(0)
  })
})
