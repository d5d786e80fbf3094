import { bytesToHex } from '@ply/bytes'
import { describe, expect, it } from 'vitest'
import { type ConnectionKind, encodeMessage, MSG_WTX } from '../index.ts'
import { NOTHING } from '../test/chaos.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000

/** A node with ten blocks, and a peer of it that has the first `height` of them and gets no more. */
function behind(kind: ConnectionKind, height: number) {
  const sim = new Simulation(1, NOW)
  const [node, peer] = [new FakeNode(1), new FakeNode(2)]
  const blocks = node.mine(10, NOW / 1000 - 20_000)
  for (const block of blocks.slice(0, height)) peer.chain.acceptBlock(block)
  // What it is told of more blocks does not reach it.
  peer.chain.acceptHeader = () => ({ ok: true, value: undefined })
  sim.connect(node, peer, kind)
  sim.settle()
  return { sim, node, peer }
}
/** Time passes, and the peer answers pings but learns nothing. */
function wait({ sim, node }: ReturnType<typeof behind>, minutes: number): void {
  sim.advance([node], minutes * MINUTE, MINUTE)
}
const ended = ({ node }: ReturnType<typeof behind>) => node.manager.peers().length === 0

describe('a peer that we chose and that stays behind', () => {
  it.each(['outbound', 'block-relay-only'] as const)('goes after 22 minutes and a last call: %s', (kind) => {
    const case_ = behind(kind, 0)
    wait(case_, 19)
    expect(ended(case_)).toBe(false)
    wait(case_, 8)
    expect(case_.node.log.some((line) => line.startsWith('sending getheaders to outbound peer='))).toBe(true)
    expect(case_.node.log.some((line) => line.startsWith('Outbound peer has old chain, best known block'))).toBe(true)
    expect(ended(case_)).toBe(true)
  })

  it('leaves nothing behind, not even until the next event', () => {
    const case_ = behind('outbound', 0)
    const { sim, node } = case_
    wait(case_, 19)
    for (let minute = 1; minute < 10 && !ended(case_); minute++) {
      sim.now += MINUTE
      const items = [{ type: MSG_WTX, hash: new Uint8Array(32).fill(minute) }]
      sim.frame(node, 1, 'inv', encodeMessage({ command: 'inv', items }))
      if (!ended(case_)) node.manager.handle({ type: 'tick' }, sim.now)
    }
    expect(ended(case_)).toBe(true)
    expect(node.manager.stats()).toEqual(NOTHING)
  })

  it.each(['inbound', 'manual'] as const)('stays if we did not choose it: %s', (kind) => {
    const case_ = behind(kind, 0)
    wait(case_, 30)
    expect(case_.node.log.join()).not.toContain('old chain')
  })

  it('stays once it showed as much work as we have, four of them', () => {
    const case_ = behind('outbound', 10)
    expect(case_.node.log).toContain('Protecting outbound peer=1 from eviction')
    for (let i = 0; i < 5; i++) {
      const other = new FakeNode(10 + i)
      for (const { hash } of case_.node.chain.active.slice(1)) {
        other.chain.acceptBlock(case_.node.chain.blocks.get(bytesToHex(hash))!)
      }
      case_.sim.connect(case_.node, other, 'outbound')
    }
    case_.sim.settle()
    expect(case_.node.log.filter((line) => line.startsWith('Protecting')).length).toBe(4)
  })
})
