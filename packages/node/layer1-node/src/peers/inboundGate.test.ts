import { BanList, type EvictionCandidate, hostSubnet, parseHost, parseSubnet, type Permission } from '@ply/p2p'
import { ManualClock } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { admit } from './inboundGate.ts'
import { Unwanted } from './unwanted.ts'

const host = parseHost('6.6.6.6')!
const candidate = (id: number): EvictionCandidate => ({
  ...{ id, connectedAt: id, minPingTime: Infinity, lastBlockAt: 0, lastTxAt: 0, relevantServices: true },
  ...{ relaysTransactions: true, bloomFilter: false, keyedNetGroup: 1n, preferEvict: false, local: false },
  network: 'other',
})

function gate(taken: number, permissions: Permission[] = []) {
  const clock = new ManualClock()
  let changes = 0
  const unwanted = new Unwanted(new BanList(), clock, () => changes++)
  const candidates = () => Array.from({ length: taken }, (_, i) => candidate(i))
  const ask = () => admit({ host, permissions: new Set(permissions) }, { unwanted, most: 114, taken, candidates })
  return { clock, unwanted, ask, changes: () => changes }
}

describe('who comes in', () => {
  it('is let in while there is room, and then in the place of another', () => {
    expect(gate(113).ask()).toEqual({ type: 'admitted', preferEvict: false, evicted: undefined })
    expect(gate(114).ask()).toEqual({ type: 'admitted', preferEvict: false, evicted: expect.any(Number) as number })
    const full = admit(
      { host, permissions: new Set() },
      { unwanted: gate(0).unwanted, most: 5, taken: 5, candidates: () => [candidate(1)] },
    )
    expect(full).toMatchObject({ type: 'refused' })
  })

  it('is kept out by a ban, until it is over', () => {
    const { unwanted, ask, clock, changes } = gate(0)
    unwanted.ban(parseSubnet('6.6.0.0/16')!, clock.now() / 1000 + 100)
    expect(ask()).toEqual({ type: 'refused', reason: 'dropped (banned)' })
    expect(unwanted.includes(host)).toBe(true)
    clock.advance(100_000)
    expect(ask()).toMatchObject({ type: 'admitted' })
    expect(changes()).toBe(1)
    expect([unwanted.unban(hostSubnet(host)), unwanted.unban(parseSubnet('6.6.0.0/16')!)]).toEqual([false, true])
  })

  it('does not get the last places after it broke a rule', () => {
    const early = gate(10)
    early.unwanted.discourage(host)
    expect(early.ask()).toEqual({ type: 'admitted', preferEvict: true, evicted: undefined })
    const late = gate(113)
    late.unwanted.discourage(host)
    expect(late.ask()).toEqual({ type: 'refused', reason: 'dropped (discouraged)' })
  })

  it('is let in with the permission, whatever it did', () => {
    const { unwanted, ask, clock } = gate(113, ['noban'])
    unwanted.ban(hostSubnet(host), clock.now() / 1000 + 100)
    unwanted.discourage(host)
    expect(ask()).toMatchObject({ type: 'admitted' })
  })
})
