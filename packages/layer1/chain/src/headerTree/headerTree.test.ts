import { describe, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { checkProofOfWork, computeNextBits } from '@ply/consensus'
import { type BlockHash, type BlockHeader, REGTEST } from '@ply/primitives'
import {
  type BlockNode,
  checkTreeConsistency,
  createIndexOps,
  createLocator,
  findLocatorFork,
  HeaderTree,
  indexEntryOf,
} from '../index.ts'

const PLACE = { file: 0, offset: 0, length: 100 }
const FAILURE = { failure: 'consensus', reason: 'bad-cb-amount', message: '' } as const

/** A tree, and short words for what happens to it. */
class Fixture {
  tree = new HeaderTree(REGTEST)
  #serial = 0

  constructor() {
    this.data(this.tree.genesis)
    this.tree.connected(this.tree.genesis)
  }

  headerOn(previous: BlockNode): BlockHeader {
    const merkleRoot = new Uint8Array(32)
    new DataView(merkleRoot.buffer).setUint32(0, ++this.#serial)
    const time = previous.time + 1
    const bits = computeNextBits(previous, time, REGTEST)
    for (let nonce = 0; ; nonce++) {
      const header = { version: 0x20000000, previousBlockHash: previous.hash, merkleRoot, time, bits, nonce }
      if (checkProofOfWork(header, REGTEST).ok) return header
    }
  }

  /** A header only. */
  header(previous: BlockNode): BlockNode {
    const header = this.headerOn(previous)
    return unwrap(this.tree.acceptHeader(header, header.time))
  }

  data(node: BlockNode): void {
    this.tree.receiveBlock(node, 1, PLACE)
  }

  /** A block with its data. */
  block(previous: BlockNode): BlockNode {
    const node = this.header(previous)
    this.data(node)
    return node
  }

  blocks(previous: BlockNode, count: number): BlockNode[] {
    const nodes: BlockNode[] = []
    for (let i = 0; i < count; i++) nodes.push(this.block(nodes.at(-1) ?? previous))
    return nodes
  }

  /** Follows the plan of the tree. */
  activate(): BlockNode {
    const { tree } = this
    const target = tree.mostWork()!
    const plan = tree.planReorg(target)
    for (const node of plan.disconnect) tree.disconnected(node)
    for (const node of plan.connect) tree.connected(node)
    return tree.active.tip!
  }

  /** What the tree says of itself while it rests. */
  check(): string {
    try {
      checkTreeConsistency(this.tree)
      return 'good'
    } catch (error) {
      return (error as Error).message
    }
  }

  statuses(): string[] {
    return this.tree.tips().map(({ node, branchLength, status }) => `${node.height} ${branchLength} ${status}`)
  }
}

describe('the check of a tree', () => {
  test('finds nothing in chains that came, went and were declared invalid', () => {
    const f = new Fixture()
    const [a1] = f.blocks(f.tree.genesis, 3)
    f.activate()
    f.blocks(a1!, 4)
    f.activate()
    f.header(f.tree.active.tip!)
    f.tree.invalidate(f.block(f.tree.active.tip!))
    expect(f.check()).toBe('good')
  })

  test.each([
    ['failed', 'another header has more work'],
    ['validity', 'was not connected'],
    ['chainTransactionCount', 'miscounted'],
  ] as const)('finds a wrong %s', (field, words) => {
    const f = new Fixture()
    f.blocks(f.tree.genesis, 3)
    const tip = f.activate()
    Object.assign(tip, { [field]: { failed: true, validity: 'tree', chainTransactionCount: 9 }[field] })
    expect(f.check()).toContain(words)
  })
})

describe('the most work', () => {
  test('among equals the first to arrive stays, and one block more wins', () => {
    const f = new Fixture()
    const [a1] = f.blocks(f.tree.genesis, 1)
    expect(f.activate()).toBe(a1)
    const b1 = f.block(f.tree.genesis)
    expect(f.activate()).toBe(a1)
    const b2 = f.block(b1)
    expect(f.tree.planReorg(b2)).toEqual({ disconnect: [a1], connect: [b1, b2], fork: f.tree.genesis })
    expect(f.activate()).toBe(b2)
    expect(f.statuses()).toEqual(['2 0 active', '1 1 valid-fork'])
  })

  test('headers without data do not count; data out of order counts once it is linked, in order of linking', () => {
    const f = new Fixture()
    const a1 = f.header(f.tree.genesis)
    const a2 = f.header(a1)
    const b1 = f.header(f.tree.genesis)
    const b2 = f.header(b1)
    expect(f.tree.bestHeader).toBe(a2)
    f.data(a2)
    f.data(b2)
    expect(f.activate()).toBe(f.tree.genesis)
    f.data(b1)
    expect(b2.chainTransactionCount).toBe(3)
    f.data(a1)
    expect(f.activate()).toBe(b2)
    expect(f.statuses()).toEqual(['2 0 active', '2 2 valid-headers'])
  })

  test('a chain with a bad block is left for the next best, and what builds on it is refused', () => {
    const f = new Fixture()
    const [a1] = f.blocks(f.tree.genesis, 1)
    f.activate()
    const [b1, b2, b3] = f.blocks(f.tree.genesis, 3)
    const b4 = f.header(b3!)
    f.tree.disconnected(a1!)
    f.tree.connected(b1!)
    f.tree.markInvalid(b2!, FAILURE)
    expect([a1, b1, b2, b3, b4].map((node) => node!.failed)).toEqual([false, false, true, true, true])
    expect(f.activate()).toBe(a1)
    expect(f.statuses()).toEqual(['4 4 invalid', '1 0 active'])
    const child = f.headerOn(b2!)
    expect(f.tree.acceptHeader(child, child.time)).toMatchObject({ ok: false, error: { reason: 'bad-prevblk' } })
    expect(f.tree.acceptHeader(b2!.header, child.time)).toMatchObject({
      ok: false,
      error: { reason: 'duplicate-invalid', failure: 'cached-invalid' },
    })
    expect(f.tree.bestHeader).toBe(b1)
  })
})

describe('by hand', () => {
  test('invalidateblock leads off the active chain, reconsiderblock back', () => {
    const f = new Fixture()
    const [a1, a2, a3] = f.blocks(f.tree.genesis, 3)
    const b1 = f.block(a1!)
    expect(f.activate()).toBe(a3)
    expect(f.tree.invalidate(f.tree.genesis)).toBe(false)
    expect(f.tree.invalidate(a2!)).toBe(true)
    expect(f.activate()).toBe(b1)
    expect(f.statuses()).toEqual(['3 2 invalid', '2 0 active'])
    expect(f.tree.bestHeader).toBe(b1)
    f.tree.invalidate(a1!)
    expect(f.activate()).toBe(f.tree.genesis)
    f.tree.reconsider(a3!)
    expect([a1, a2, a3, b1].map((node) => node!.failed)).toEqual([false, false, false, true])
    expect(f.activate()).toBe(a3)
    f.tree.reconsider(b1)
    expect(f.activate()).toBe(a3)
    expect(f.tree.bestHeader).toBe(a3)
  })

  test('preciousblock prefers a rival of the same work, the last call most of all', () => {
    const f = new Fixture()
    const [a1] = f.blocks(f.tree.genesis, 1)
    f.activate()
    const b1 = f.block(f.tree.genesis)
    const c1 = f.block(f.tree.genesis)
    for (const node of [b1, c1, a1!, b1]) {
      f.tree.precious(node)
      expect(f.activate()).toBe(node)
    }
    const c2 = f.block(c1)
    expect(f.activate()).toBe(c2)
    f.tree.precious(b1)
    expect(f.activate()).toBe(c2)
  })

  test('a pruned block comes back', () => {
    const f = new Fixture()
    const [a1] = f.blocks(f.tree.genesis, 1)
    f.activate()
    const [b1, b2] = f.blocks(f.tree.genesis, 2)
    f.tree.forgetData(b1!)
    expect(f.activate()).toBe(a1)
    f.data(b1!)
    expect(f.activate()).toBe(b2)
  })
})

describe('headers', () => {
  test('violations of acceptHeader', () => {
    const f = new Fixture()
    const header = f.headerOn(f.tree.genesis)
    const at = (more: Partial<BlockHeader>, now = header.time): unknown => {
      let changed = { ...header, ...more }
      while (more.nonce === undefined && !checkProofOfWork(changed, REGTEST).ok) {
        changed = { ...changed, nonce: changed.nonce + 1 }
      }
      const result = f.tree.acceptHeader(changed, now)
      return result.ok ? 'accepted' : `${result.error.failure} ${result.error.reason}`
    }
    expect(at({ previousBlockHash: new Uint8Array(32) as BlockHash })).toBe('missing-prev prev-blk-not-found')
    expect(at({ time: f.tree.genesis.time })).toBe('invalid-header time-too-old')
    expect(at({}, header.time - 7201)).toBe('time-future time-too-new')
    expect(at({ version: 3 })).toBe('invalid-header bad-version(0x00000003)')
    let nonce = 0
    while (checkProofOfWork({ ...header, nonce }, REGTEST).ok) nonce++
    expect(at({ nonce })).toBe('invalid-header high-hash')
    expect(at({}, header.time - 7200)).toBe('accepted')
    expect(at({})).toBe('accepted')
    expect(f.tree.size).toBe(2)
  })

  test('a locator finds where two chains part', () => {
    const ours = new Fixture()
    const theirs = new Fixture()
    const common = ours.blocks(ours.tree.genesis, 40)
    const branch = ours.blocks(common[29]!, 5)
    for (const node of [...common.slice(0, 30), ...branch]) {
      theirs.data(unwrap(theirs.tree.acceptHeader(node.header, node.time)))
    }
    const tip = theirs.activate()
    ours.activate()
    const locator = createLocator(tip)
    expect(locator).toHaveLength(16)
    expect(locator[0]).toEqual(tip.hash)
    expect(locator.at(-1)).toEqual(REGTEST.genesisHash)
    const fork = findLocatorFork(locator, ours.tree)
    expect(fork.height <= 30 && fork.height >= 26).toBe(true)
    expect(findLocatorFork([new Uint8Array(32) as BlockHash], ours.tree)).toBe(ours.tree.genesis)
    expect(findLocatorFork([common[39]!.hash], ours.tree)).toBe(common[39])
  })
})

test('a tree comes back from its entries, whatever their order, with its tip before all of the same work', () => {
  const f = new Fixture()
  const [, a2] = f.blocks(f.tree.genesis, 2)
  f.activate()
  const [, b2] = f.blocks(f.tree.genesis, 2)
  f.tree.precious(b2!)
  expect(f.activate()).toBe(b2)
  const c1 = f.header(f.tree.genesis)
  f.tree.invalidate(c1)
  const nodes = f.tree.takeDirty()
  expect(nodes).toHaveLength(6)
  expect(createIndexOps(nodes)).toHaveLength(6)
  expect(f.tree.takeDirty()).toEqual([])
  const entries = nodes.map(indexEntryOf).reverse()
  const restored = unwrap(HeaderTree.restore(REGTEST, entries, b2!.hash))
  expect(restored.active.tip!.hash).toEqual(b2!.hash)
  expect(restored.mostWork()).toBe(restored.active.tip)
  expect(restored.get(c1.hash)!.failed).toBe(true)
  expect(
    restored
      .tips()
      .map(({ status }) => status)
      .sort(),
  ).toEqual(['active', 'invalid', 'valid-fork'])
  expect(restored.takeDirty()).toEqual([])
  restored.precious(restored.get(a2!.hash)!)
  expect(restored.mostWork()!.hash).toEqual(a2!.hash)
  const orphaned = entries.filter((entry) => entry.height !== 1)
  expect(HeaderTree.restore(REGTEST, orphaned, b2!.hash)).toMatchObject({ error: { code: 'orphan-index-entry' } })
  expect(HeaderTree.restore(REGTEST, [], b2!.hash)).toMatchObject({ error: { code: 'unknown-tip' } })
})

describe('a block whose coins came from somewhere else', () => {
  test('is the tip, and what builds on it is connected while blocks before it are missing', () => {
    const f = new Fixture()
    const base = f.header(f.header(f.header(f.tree.genesis)))
    const above = f.block(base)
    expect(f.activate()).toBe(f.tree.genesis)
    f.tree.assume(base, 40)
    expect(f.tree.active.tip).toBe(base)
    expect(above.chainTransactionCount).toBe(41)
    expect(f.activate()).toBe(above)
    expect(f.statuses()).toEqual(['4 0 active'])
  })

  test('cannot be left for a better chain before all blocks up to it were checked', () => {
    const f = new Fixture()
    const first = f.header(f.tree.genesis)
    const base = f.header(first)
    f.tree.assume(base, 3)
    const better = f.blocks(f.tree.genesis, 4).at(-1)
    expect(f.tree.mostWork()).toBeUndefined()
    f.data(base)
    expect(f.activate()).toBe(base)
    f.data(first)
    for (const node of [first, base]) f.tree.checked(node)
    expect(f.activate()).toBe(base)
    f.tree.prove()
    expect(f.tree.mostWork()).toBe(better)
  })

  test('is known again when the tree comes back, with the transactions up to it', () => {
    const f = new Fixture()
    const base = f.header(f.header(f.tree.genesis))
    f.tree.assume(base, 30)
    const above = f.block(base)
    f.activate()
    const rival = f.blocks(f.tree.genesis, 5)
    const entries = f.tree.takeDirty().map(indexEntryOf)
    const data = { height: 2, blockHash: base.hash, coinsHash: new Uint8Array(32), chainTransactionCount: 30 }
    const restored = unwrap(HeaderTree.restore(REGTEST, entries, above.hash, data))
    expect(restored.assumed!.hash).toEqual(base.hash)
    expect(restored.get(above.hash)!.chainTransactionCount).toBe(31)
    expect(restored.mostWork()).toBe(restored.active.tip)
    restored.prove()
    expect(restored.mostWork()!.hash).toEqual(rival.at(-1)!.hash)
  })
})
