import { SeededEntropy } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { AddressManager } from '../address/addrman/addrman.ts'
import { formatService, parseService } from '../address/text.ts'
import { NODE_NETWORK, NODE_WITNESS } from '../protocol.ts'
import { type Connected, OutboundPlanner, type PlannerFields } from './outboundPlanner.ts'

const NOW = 1_700_000_000_000
const WANTED = NODE_NETWORK | NODE_WITNESS
const service = (text: string) => parseService(text, 8333)!
const address = (text: string, services = WANTED) => ({ ...service(text), time: NOW / 1000, services })

function create(changes: Partial<PlannerFields> = {}, known: readonly string[] = []) {
  const entropy = new SeededEntropy(3)
  const book = new AddressManager(entropy)
  for (const text of known) book.add([address(text)], service(text), { now: NOW / 1000 })
  const planner = new OutboundPlanner({
    ...{ book, entropy, anchors: [], maxConnections: 125, isReachable: () => true, isNamed: () => false, now: NOW },
    desirableServices: () => WANTED,
    ...changes,
  })
  return { book, planner }
}
const connected = (kind: Connected['kind'], count: number, net = 100): Connected[] =>
  Array.from({ length: count }, (_, i) => ({ kind, host: service(`${net + i}.1.1.1`) }))
const quiet = { staleTip: false, synced: true }
const many = Array.from({ length: 60 }, (_, i) => `${i + 1}.2.3.4`)

describe('whom to connect to', () => {
  it('fills eight full-relay places first, then two for blocks alone, then none', () => {
    const { planner } = create({}, many)
    const plan = (full: number, blocks: number) =>
      planner.next(
        { ...quiet, connections: [...connected('outbound', full), ...connected('block-relay-only', blocks, 150)] },
        NOW,
      )
    expect(plan(0, 0)).toMatchObject({ kind: 'outbound', reason: 'slot', countFailure: false })
    expect(plan(7, 2)).toMatchObject({ kind: 'outbound', countFailure: true })
    expect(plan(8, 0)).toMatchObject({ kind: 'block-relay-only', reason: 'slot' })
    expect(plan(8, 2)).toBeUndefined()
  })

  it('goes back to the anchors before all else', () => {
    const anchors = [address('1.1.1.1'), address('2.2.2.2', NODE_NETWORK), address('127.0.0.1')]
    const { planner } = create({ anchors }, many)
    const next = () => planner.next({ ...quiet, connections: [] }, NOW)
    expect(next()).toMatchObject({ kind: 'block-relay-only', reason: 'anchor', address: service('1.1.1.1') })
    expect(next()).toMatchObject({ kind: 'outbound' })
  })

  it('takes no two of one network group, and nobody without what we need', () => {
    const texts = ['5.5.1.1', '5.5.2.2', '6.6.6.6']
    const { planner, book } = create({}, texts)
    book.setServices(service('6.6.6.6'), NODE_NETWORK)
    const connections: Connected[] = [{ kind: 'manual', host: service('5.5.9.9') }]
    expect(planner.next({ ...quiet, connections }, NOW)).toBeUndefined()
    book.setServices(service('6.6.6.6'), WANTED)
    const found = planner.next({ ...quiet, connections }, NOW)
    expect(found && formatService(found.address)).toBe('6.6.6.6:8333')
    // Who came in says nothing about where we go.
    const inbound: Connected[] = [{ kind: 'inbound', host: service('6.6.1.1') }, ...connections]
    expect(planner.next({ ...quiet, connections: inbound }, NOW)).toBeDefined()
  })

  it('leaves out networks that cannot be reached, named peers and odd ports, unless there is nothing else', () => {
    const reachable = (network: number) => network !== 1
    expect(create({ isReachable: reachable }, many).planner.next({ ...quiet, connections: [] }, NOW)).toBeUndefined()
    const named = create({ isNamed: () => true }, many).planner
    expect(named.next({ ...quiet, connections: [] }, NOW)).toBeUndefined()
    const { planner, book } = create({}, [])
    const odd = { ...address('9.9.9.9'), port: 22 }
    book.add([odd, address('8.8.8.8')], odd, { now: NOW / 1000 })
    for (let i = 0; i < 20; i++) {
      expect(planner.next({ ...quiet, connections: [] }, NOW)?.address.port).toBe(8333)
    }
  })

  it('tests addresses and looks at one more chain now and then', () => {
    const { planner } = create({}, many)
    const connections = [...connected('outbound', 8), ...connected('block-relay-only', 2, 150)]
    const kinds = new Map<string, number>()
    for (let minute = 1; minute <= 600; minute++) {
      const found = planner.next({ ...quiet, connections }, NOW + minute * 60_000)
      const what = found ? `${found.kind} ${found.reason}` : 'nothing'
      kinds.set(what, (kinds.get(what) ?? 0) + 1)
    }
    expect(kinds.get('feeler feeler')).toBeGreaterThan(150)
    expect(kinds.get('block-relay-only extra')).toBeGreaterThan(70)
    expect(planner.next({ connections, staleTip: true, synced: false }, NOW)).toMatchObject({ kind: 'outbound' })
  })

  it('makes fewer connections where fewer are allowed', () => {
    const { planner } = create({ maxConnections: 3 }, many)
    expect([planner.maxFullRelay, planner.maxBlockRelay]).toEqual([3, 0])
    expect(create({ maxConnections: 9 }, many).planner.maxBlockRelay).toBe(1)
  })
})
