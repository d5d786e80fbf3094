import { createRandom, type Random } from '@ply/testkit'
import type { Msats } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { type GraphEdge, NetworkGraph } from '../graph/networkGraph.ts'
import { computeFee } from '../graph/policy.ts'
import { addTestChannel, NOW, testNode, testScid } from '../test/graphFixture.ts'
import { FEES_ONLY } from './cost.ts'
import { findRoute, type RouteRequest } from './findRoute.ts'
import { LiquidityMemory } from './liquidityMemory.ts'

const nodes = Array.from({ length: 12 }, (_, n) => testNode(n))

/** All simple paths from source to target with what each costs in fees; undefined where one is not possible. */
function bruteForce(
  graph: NetworkGraph,
  { source, target, amountMsat, finalCltvDelta }: RouteRequest,
): bigint | undefined {
  let best: bigint | undefined
  const visit = (node: string, amount: bigint, delta: number, seen: readonly string[]): void => {
    if (node === source) {
      const fee = amount - amountMsat
      if (best === undefined || fee < best) best = fee
      return
    }
    for (const edge of graph.usableEdgesTo(node)) {
      if (seen.includes(edge.from) || amount < edge.htlcMinimumMsat || amount > edge.htlcMaximumMsat) continue
      if (amount > edge.capacityMsat) continue
      const own = edge.from === source
      const next = own ? amount : amount + computeFee(amount, edge)
      visit(edge.from, next, delta + (own ? 0 : edge.cltvExpiryDelta), [...seen, edge.from])
    }
  }
  visit(target, amountMsat, finalCltvDelta, [target])
  return best
}

function randomGraph(random: Random, size: number): NetworkGraph {
  const graph = new NetworkGraph()
  const channels = size + random.below(size * 2)
  for (let n = 0; n < channels; n++) {
    const a = random.below(size)
    const b = (a + 1 + random.below(size - 1)) % size
    const terms = () => ({
      base: random.below(5000),
      ppm: random.below(20_000),
      delta: 1 + random.below(80),
      max: random.chance(0.2) ? 50_000n : 1_000_000_000n,
      disabled: random.chance(0.1),
    })
    addTestChannel(graph, n, {
      a: nodes[a]!,
      b: nodes[b]!,
      ...(random.chance(0.9) ? { forth: terms() } : {}),
      ...(random.chance(0.9) ? { back: terms() } : {}),
    })
  }
  return graph
}

const edgeOf = (graph: NetworkGraph, key: string): GraphEdge => {
  for (const channel of graph.channels()) for (const edge of channel.edges) if (edge?.key === key) return edge
  throw new Error(`no edge ${key}`)
}

/** A route must be payable: amounts, fees and delays as each hop's own terms demand. */
function expectPayable(graph: NetworkGraph, request: RouteRequest): void {
  const found = findRoute(request)
  if (!found.ok) return
  const { hops, amountMsat, feeMsat, cltvDelta } = found.value
  expect(hops.at(-1)).toMatchObject({ nodeId: request.target, cltvDelta: request.finalCltvDelta })
  expect(hops.at(-1)!.amountMsat).toBe(request.amountMsat)
  expect(amountMsat - request.amountMsat).toBe(feeMsat)
  expect(feeMsat).toBeLessThanOrEqual(request.maxFeeMsat)
  expect(hops[0]).toMatchObject({ amountMsat, cltvDelta })
  hops.forEach((hop, i) => {
    const edge = edgeOf(graph, hop.edge)
    expect(edge.to).toBe(hop.nodeId)
    expect(edge.from).toBe(i === 0 ? request.source : hops[i - 1]!.nodeId)
    expect(edge.disabled).toBe(false)
    expect(hop.amountMsat >= edge.htlcMinimumMsat && hop.amountMsat <= edge.htlcMaximumMsat).toBe(true)
    if (i === 0) return
    const incoming = hops[i - 1]!
    expect(incoming.amountMsat - hop.amountMsat).toBe(computeFee(hop.amountMsat, edge))
    expect(incoming.cltvDelta - hop.cltvDelta).toBe(edge.cltvExpiryDelta)
  })
}

describe('findRoute', () => {
  it('agrees with brute force on small random graphs', () => {
    let routes = 0
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed)
      const size = 3 + random.below(5)
      const graph = randomGraph(random, size)
      const request: RouteRequest = {
        graph,
        source: nodes[0]!.key,
        target: nodes[1 + random.below(size - 1)]!.key,
        amountMsat: BigInt(1 + random.below(100_000)),
        finalCltvDelta: 18,
        maxFeeMsat: 10_000_000n,
        now: NOW,
      }
      const expected = bruteForce(graph, request)
      const found = findRoute({ ...request, weights: FEES_ONLY })
      expect(found.ok ? found.value.feeMsat : undefined, `seed ${seed}`).toBe(expected)
      if (found.ok) routes++
      expectPayable(graph, request)
      if (expected !== undefined && expected > 0n) {
        expect(findRoute({ ...request, maxFeeMsat: expected }).ok).toBe(true)
        expect(findRoute({ ...request, maxFeeMsat: expected - 1n })).toEqual({ ok: false, error: 'fee-over-limit' })
      }
    }
    expect(routes).toBeGreaterThan(150)
  })

  const [a, b, c, d] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]]

  it('computes the example of BOLT 7', () => {
    const graph = new NetworkGraph()
    addTestChannel(graph, 1, {
      a,
      b,
      forth: { base: 100, ppm: 1000, delta: 10 },
      back: { base: 200, ppm: 2000, delta: 20 },
    })
    addTestChannel(graph, 2, { a: b, b: c, forth: { base: 200, ppm: 2000, delta: 20 } })
    addTestChannel(graph, 3, { a, b: d, forth: { base: 100, ppm: 1000, delta: 10 } })
    addTestChannel(graph, 4, { a: d, b: c, forth: { base: 400, ppm: 4000, delta: 40 } })
    const request = {
      graph,
      source: a.key,
      target: c.key,
      amountMsat: 4_999_999n,
      finalCltvDelta: 18 + 42,
      maxFeeMsat: 100_000n,
      now: NOW,
    }
    const found = findRoute(request)
    expect(found).toMatchObject({
      ok: true,
      value: { amountMsat: 5_010_198n, feeMsat: 10_199n, cltvDelta: 80, hops: [{ nodeId: b.key }, { cltvDelta: 60 }] },
    })
    const viaD = findRoute({ ...request, excludedNodes: new Set([b.key]) })
    expect(viaD).toMatchObject({ ok: true, value: { amountMsat: 5_020_398n, cltvDelta: 100 } })
    expect(findRoute({ ...request, excludedEdges: new Set([`${testScid(2)}/0`, `${testScid(2)}/1`]) })).toEqual(viaD)
  })

  it('starts only over local channels that can carry the amount, and ends over hints', () => {
    const graph = new NetworkGraph()
    addTestChannel(graph, 1, { a, b, forth: {}, back: {} })
    const hints = [
      [
        {
          nodeId: b.key,
          shortChannelId: testScid(7),
          feeBaseMsat: 10,
          feeProportionalMillionths: 0,
          cltvExpiryDelta: 9,
        },
        {
          nodeId: c.key,
          shortChannelId: testScid(8),
          feeBaseMsat: 20,
          feeProportionalMillionths: 0,
          cltvExpiryDelta: 6,
        },
      ],
    ]
    const request = {
      graph,
      source: a.key,
      target: d.key,
      amountMsat: 1000n,
      finalCltvDelta: 18,
      maxFeeMsat: 100n,
      now: NOW,
      hints,
    }
    expect(findRoute({ ...request, localChannels: [] })).toEqual({ ok: false, error: 'no-route' })
    const local = (spendable: bigint) => [
      { shortChannelId: testScid(9), peer: b.key, spendableMsat: spendable as Msats, htlcMinimumMsat: 1n as Msats },
    ]
    expect(findRoute({ ...request, localChannels: local(1029n) })).toEqual({ ok: false, error: 'no-route' })
    expect(findRoute({ ...request, localChannels: local(1030n) })).toMatchObject({
      ok: true,
      value: {
        feeMsat: 30n,
        cltvDelta: 33,
        hops: [
          { nodeId: b.key, shortChannelId: testScid(9), amountMsat: 1030n, cltvDelta: 33 },
          { nodeId: c.key, shortChannelId: testScid(7), amountMsat: 1020n, cltvDelta: 24 },
          { nodeId: d.key, shortChannelId: testScid(8), amountMsat: 1000n, cltvDelta: 18 },
        ],
      },
    })
  })

  it('keeps to the hop and time lock limits', () => {
    const graph = new NetworkGraph()
    for (let n = 0; n < 5; n++) addTestChannel(graph, n, { a: nodes[n]!, b: nodes[n + 1]!, forth: { delta: 144 } })
    const request = {
      graph,
      source: a.key,
      target: nodes[5]!.key,
      amountMsat: 1000n,
      finalCltvDelta: 18,
      maxFeeMsat: 10_000n,
      now: NOW,
    }
    expect(findRoute({ ...request, maxHops: 5, maxCltvDelta: 18 + 4 * 144 }).ok).toBe(true)
    expect(findRoute({ ...request, maxHops: 4 })).toEqual({ ok: false, error: 'no-route' })
    expect(findRoute({ ...request, maxCltvDelta: 17 + 4 * 144 })).toEqual({ ok: false, error: 'no-route' })
    expect(findRoute({ ...request, target: a.key })).toEqual({ ok: false, error: 'no-route' })
  })

  it('learns from failures, and forgets', () => {
    const graph = new NetworkGraph()
    addTestChannel(graph, 1, { a, b, forth: {} })
    const cheap = addTestChannel(graph, 2, { a: b, b: c, forth: { base: 1 } })
    const dear = addTestChannel(graph, 3, { a: b, b: c, forth: { base: 5000 } })
    const liquidity = new LiquidityMemory()
    const request = {
      graph,
      source: a.key,
      target: c.key,
      amountMsat: 1_000_000n,
      finalCltvDelta: 18,
      maxFeeMsat: 100_000n,
      now: NOW,
      liquidity,
    }
    const used = (at = NOW) => {
      const found = findRoute({ ...request, now: at })
      return found.ok ? found.value.hops[1]!.shortChannelId : found.error
    }
    expect(used()).toBe(cheap)
    for (const direction of [0, 1]) liquidity.recordFailure(`${cheap}/${direction}`, 1_000_000n, NOW)
    expect(used()).toBe(dear)
    expect(used(NOW + 48 * 3600)).toBe(cheap)
    for (const direction of [0, 1]) liquidity.recordSuccess(`${cheap}/${direction}`, 1_000_000n, NOW)
    expect(used()).toBe(cheap)
    for (const direction of [0, 1]) liquidity.recordUnusable(`${cheap}/${direction}`, NOW)
    for (const direction of [0, 1]) liquidity.recordUnusable(`${dear}/${direction}`, NOW)
    expect(used()).toBe('no-route')
  })
})
