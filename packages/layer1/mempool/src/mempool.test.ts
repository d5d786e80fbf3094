import { unwrap } from '@ply/bytes'
import { computeTxid, type OutPoint, outPointKey, type Transaction } from '@ply/primitives'
import { createNullData } from '@ply/script'
import { createRandom } from '@ply/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkPoolConsistency, Mempool, type MempoolEntry, type RemovalReason } from './index.ts'
import { ANYONE, mustAccept, outputOf, reasonOf, spend, TestChain } from './test/testChain.ts'

let chain: TestChain
let pool: Mempool
let removed: [string, RemovalReason][]
let trimmed: [number, bigint][]
const create = (options: ConstructorParameters<typeof Mempool>[0] = {}) => {
  removed = []
  trimmed = []
  return new Mempool(options, {
    removed: (entry, reason) => removed.push([entry.key, reason]),
    trimmed: (count, feeRate) => trimmed.push([count, feeRate]),
  })
}
beforeEach(() => {
  chain = new TestChain()
  pool = create()
})
const accept = (tx: Transaction): MempoolEntry => mustAccept(pool, chain, tx).entry
const pay = (prevouts: readonly OutPoint[], ...outputs: number[]) => spend(prevouts, { outputs })

describe('what the pool knows', () => {
  it('gives the surroundings of an entry', () => {
    const parent = accept(pay([chain.mint()], 49_000, 49_000))
    const child = accept(pay([outputOf(parent.tx)], 40_000))
    accept(pay([outputOf(parent.tx, 1), outputOf(child.tx)], 80_000))
    expect(pool.info(child.txid)).toMatchObject({
      ancestors: { count: 2, fees: 11_000n, vsize: parent.vsize + child.vsize },
      descendants: { count: 2, fees: 18_000n },
      depends: [parent],
      chunk: { fee: 20_000n },
    })
  })

  it('orders packages for mining: children pay for parents, parents stand first', () => {
    const cheap = accept(pay([chain.mint()], 99_900))
    const middle = accept(pay([chain.mint()], 95_000))
    const rich = accept(pay([outputOf(cheap.tx)], 50_000))
    const last = accept(pay([outputOf(middle.tx)], 94_900))
    expect(pool.packages().map(({ entries }) => entries)).toEqual([[cheap, rich], [middle], [last]])
    const [first, second, third] = pool.packages()
    expect(second?.cluster).toBe(third?.cluster)
    expect(first?.cluster).not.toBe(second?.cluster)
  })

  it('lets the txid decide between what pays the same, however it came', () => {
    const alike = Array.from({ length: 6 }, () => accept(pay([chain.mint()], 99_000)))
    const sorted = alike.map(({ key }) => key).sort()
    expect(pool.packages().map(({ entries }) => entries[0]!.key)).toEqual(sorted)
    // The chunk that lies deeper in its cluster waits for all that pay as much.
    const [first] = pool.packages()
    const child = accept(pay([outputOf(first!.entries[0]!.tx)], 98_000))
    expect(pool.packages().map(({ entries }) => entries[0]!.key)).toEqual([...sorted, child.key])
  })

  it('changes the order by prioritisation, and remembers it', () => {
    const first = accept(pay([chain.mint()], 99_000))
    const second = accept(pay([chain.mint()], 98_000))
    const free = pay([chain.mint()], 100_000)
    pool.prioritise(first.txid, 5000n)
    expect(pool.packages()[0]?.entries).toEqual([first])
    pool.prioritise(first.txid, -5000n)
    expect(pool.packages()[0]?.entries).toEqual([second])
    expect(pool.feeDeltas().size).toBe(0)
    expect(reasonOf(pool.accept(free, chain.context))).toBe('min relay fee not met')
    pool.prioritise(computeTxid(free), 10_000n)
    expect(accept(free)).toMatchObject({ fee: 0n, modifiedFee: 10_000n })
  })

  it('tests without a change', () => {
    const parent = pay([chain.mint()], 99_000)
    const child = pay([outputOf(parent)], 98_000)
    const bad = pay([chain.mint(500)], 600)
    expect(pool.testAccept([parent, child], chain.context).results.map(reasonOf)).toEqual(['ok', 'ok'])
    expect(pool.testAccept([parent, bad, child], chain.context).results.map(reasonOf)).toEqual([
      'not checked',
      'bad-txns-in-belowout',
      'not checked',
    ])
    expect(pool.size).toBe(0)
    accept(parent)
    const replacement = spend([parent.inputs[0]!.prevout], { outputs: [90_000] })
    expect(pool.testAccept([replacement], chain.context).results.map(reasonOf)).toEqual(['ok'])
    expect(pool.get(computeTxid(parent))).toBeDefined()
  })
})

describe('packages', () => {
  it('takes a parent without a fee with a child that pays', () => {
    const parent = spend([chain.mint()], {
      outputs: [99_999, { value: 1, script: Uint8Array.of(0x51, 2, 0x4e, 0x73) }],
    })
    const child = spend([outputOf(parent), outputOf(parent, 1)], { outputs: [90_000] })
    const anchored = {
      ...child,
      inputs: child.inputs.map((input, i) => (i === 1 ? { ...input, witness: [] } : input)),
    }
    expect(reasonOf(pool.accept(parent, chain.context))).toBe('min relay fee not met')
    const result = pool.acceptPackage([parent, anchored], chain.context)
    expect(result.message).toBe('success')
    expect(pool.size).toBe(2)
    expect(pool.packages()).toHaveLength(1)
  })

  it('leaves nothing behind when the package fails', () => {
    const parent = pay([chain.mint()], 100_000)
    const poor = pool.acceptPackage([parent, pay([outputOf(parent)], 99_999)], chain.context)
    expect(poor.message).toBe('transaction failed')
    expect(poor.results.map(reasonOf)).toEqual(['min relay fee not met', 'min relay fee not met'])
    const broken = pool.acceptPackage([parent, spend([outputOf(parent)], { outputs: [9], version: 9 })], chain.context)
    expect(broken.message).toBe('transaction failed')
    expect(pool.size).toBe(0)
    expect(pool.acceptPackage([parent, pay([chain.mint()], 1000)], chain.context).message).toBe(
      'package-not-child-with-parents',
    )
    expect(pool.acceptPackage([parent, parent], chain.context).message).toBe('package-contains-duplicates')
  })

  it('wants ephemeral dust spent', () => {
    const dusty = spend([chain.mint()], { outputs: [99_999, { value: 1, script: ANYONE }] })
    const result = pool.acceptPackage([dusty, pay([outputOf(dusty)], 90_000)], chain.context)
    expect(result.message).toBe('unspent-dust')
    expect(reasonOf(result.results[1])).toBe('missing-ephemeral-spends')
    expect(pool.acceptPackage([dusty, pay([outputOf(dusty), outputOf(dusty, 1)], 90_000)], chain.context).message).toBe(
      'success',
    )
  })

  it('replaces as one what a parent could not replace alone', () => {
    const prevout = chain.mint()
    const old = accept(pay([prevout], 99_000))
    const parent = pay([prevout], 100_000)
    const rich = pay([outputOf(parent)], 90_000)
    const poor = pay([outputOf(parent)], 99_500)
    expect(pool.acceptPackage([parent, poor], chain.context)).toMatchObject({
      message: expect.stringMatching(/^package RBF failed: insufficient anti-DoS fees, rejecting replacement /),
      policy: true,
    })
    const cousin = accept(pay([chain.mint()], 99_000))
    const two = pay([outputOf(parent), outputOf(cousin.tx)], 150_000)
    expect(pool.acceptPackage([parent, two], chain.context).message).toBe(
      'package RBF failed: new transaction cannot have mempool ancestors',
    )
    expect(pool.acceptPackage([parent, rich], chain.context).message).toBe('success')
    expect(pool.get(old.txid)).toBeUndefined()
    expect(removed).toEqual([[old.key, 'replaced']])
  })

  it('has a form', () => {
    const message = (...transactions: Parameters<typeof pool.acceptPackage>[0]): string =>
      pool.acceptPackage(transactions, chain.context).message
    const parent = pay([chain.mint()], 90_000)
    const child = pay([outputOf(parent)], 80_000)
    expect(message(child, parent)).toBe('package-not-sorted')
    expect(message(pay([parent.inputs[0]!.prevout], 10_000), parent)).toBe('conflict-in-package')
    const many = Array.from({ length: 26 }, () => pay([chain.mint()], 90_000))
    expect(message(...many)).toBe('package-too-many-transactions')
    expect(pool.testAccept([child, parent], chain.context)).toMatchObject({
      message: 'package-not-sorted',
      policy: true,
    })
    const heavy = { value: 0, script: createNullData(new Uint8Array(90_000)) }
    const large = [1, 2].map(() => spend([chain.mint()], { outputs: [50_000, heavy] }))
    expect(message(...large)).toBe('package-too-large')
  })

  it('keeps TRUC pairs pairs', () => {
    const v3 = (prevouts: Parameters<typeof spend>[0], value: number) =>
      spend(prevouts, { version: 3, outputs: [value] })
    const [first, second] = [v3([chain.mint()], 99_000), v3([chain.mint()], 99_000)]
    const below = v3([outputOf(first)], 98_000)
    expect(pool.testAccept([first, below, v3([outputOf(below)], 97_000)], chain.context)).toMatchObject({
      message: expect.stringMatching(/^TRUC-violation, tx .* would have too many ancestors$/),
      policy: true,
    })
    expect(pool.testAccept([first, second, below], chain.context).message).toBe('success')
    const parent = v3([chain.mint()], 100_000)
    expect(
      pool.acceptPackage([parent, spend([outputOf(parent)], { outputs: [80_000] })], chain.context).message,
    ).toMatch(/^TRUC-violation, non-version=3 tx .* cannot spend from version=3 tx /)
    const other = v3([chain.mint()], 100_000)
    expect(
      pool.acceptPackage([parent, other, v3([outputOf(parent), outputOf(other)], 80_000)], chain.context).message,
    ).toMatch(/^TRUC-violation, tx .* would have too many ancestors$/)
    expect(pool.acceptPackage([parent, v3([outputOf(parent)], 80_000)], chain.context).message).toBe('success')
  })
})

describe('limits', () => {
  it('evicts what pays least, raises the minimum, and lowers it again after blocks', () => {
    pool = create({ maxBytes: 20_000 })
    const low = accept(pay([chain.mint()], 99_950))
    for (let n = 0; pool.get(low.txid); n++) accept(pay([chain.mint()], 90_000 - n))
    expect(removed).toEqual([[low.key, 'size-limit']])
    expect(trimmed).toEqual([[1, (50n * 1000n) / 96n + 100n]])
    expect(pool.minFeeRate(chain.now)).toBe((50n * 1000n) / 96n + 100n)
    expect(reasonOf(pool.accept(pay([chain.mint()], 99_950), chain.context))).toBe('mempool min fee not met')
    expect(reasonOf(pool.accept(pay([chain.mint()], 99_900), chain.context))).toBe('mempool full')
    chain.connect(pool, [])
    const raised = pool.minFeeRate(chain.now)
    expect(pool.minFeeRate(chain.now + 12 * 3600)).toBeLessThan(raised)
    expect(pool.minFeeRate(chain.now + 100 * 3600)).toBe(100n)
  })

  it('drops what is two weeks old, with what depends on it', () => {
    const old = accept(pay([chain.mint()], 99_000))
    chain.now += 336 * 3600
    const child = accept(pay([outputOf(old.tx)], 98_000))
    pool.expire(chain.now)
    expect(pool.size).toBe(2)
    pool.expire(chain.now + 1)
    expect(removed).toEqual([
      [old.key, 'expiry'],
      [child.key, 'expiry'],
    ])
  })

  it('drops what came long ago although it was added last, as from a saved pool', () => {
    accept(pay([chain.mint()], 99_000))
    const context = { ...chain.context, arrived: chain.now - 336 * 3600 }
    const { entry } = unwrap(pool.accept(pay([chain.mint()], 99_000), context))
    expect(pool.size).toBe(2)
    pool.expire(chain.now + 1)
    expect(removed).toEqual([[entry.key, 'expiry']])
  })
})

describe('blocks and reorgs', () => {
  it('drops the confirmed and what conflicts, and keeps children', () => {
    const [a, b] = [chain.mint(), chain.mint()]
    const parent = accept(pay([a], 99_000))
    const child = accept(pay([outputOf(parent.tx)], 98_000))
    const loser = accept(pay([b], 99_000))
    const losersChild = accept(pay([outputOf(loser.tx)], 98_000))
    chain.connect(pool, [parent.tx, pay([b], 50_000)])
    expect([...pool.entries()]).toEqual([child])
    expect(child.parents.size).toBe(0)
    expect(removed).toEqual([
      [parent.key, 'block'],
      [loser.key, 'conflict'],
      [losersChild.key, 'conflict'],
    ])
  })

  it('takes back what a reorg unconfirmed, below its children', () => {
    const a = chain.mint()
    const parent = pay([a], 99_000)
    const child = pay([outputOf(parent)], 98_000)
    const grandchild = pay([outputOf(child)], 97_000)
    const before = new Map(chain.coins)
    const tip = chain.tip
    const block = chain.connect(pool, [parent, child])
    accept(grandchild)
    chain.coins.clear()
    for (const [key, coin] of before) chain.coins.set(key, coin)
    chain.tip = tip
    expect(pool.requiredForReorg(block.transactions).map(outPointKey)).toContain(outPointKey(a))
    pool.reorganise(block.transactions, chain.context)
    expect(pool.size).toBe(3)
    expect([...pool.entries()].map(({ fromBlock }) => fromBlock)).toEqual([false, true, true])
    expect(pool.info(computeTxid(grandchild))?.ancestors.count).toBe(3)
    expect(pool.graph.clusters.size).toBe(1)
  })

  it('drops what the shorter chain does not allow', () => {
    const mature = accept(spend([chain.mint(100_000, { coinbase: true, height: 21 })]))
    const locked = accept(spend([chain.mint()], { lockTime: 120, sequence: 0 }))
    const relative = accept(spend([chain.mint()], { sequence: 120 }))
    const child = accept(pay([outputOf(relative.tx)], 90_000))
    const free = accept(pay([chain.mint()], 99_000))
    const coinbase = chain.connect(pool, []).transactions[0]!
    chain.tip = chain.tip.previous!.previous!
    pool.reorganise([coinbase], chain.context)
    expect([...pool.entries()]).toEqual([free])
    expect(new Set(removed.map(([key]) => key))).toEqual(
      new Set([mature, locked, relative, child].map((entry) => entry.key)),
    )
  })

  it('cuts a cluster that a reorg made too large', () => {
    pool = create({ maxClusterCount: 4 })
    const parent = pay([chain.mint(1_000_000)], ...new Array<number>(6).fill(100_000))
    const before = new Map(chain.coins)
    const block = chain.connect(pool, [parent])
    for (let i = 0; i < 6; i++) accept(pay([outputOf(parent, i)], 90_000 - i))
    chain.coins.clear()
    for (const [key, coin] of before) chain.coins.set(key, coin)
    chain.tip = chain.tip.previous!
    pool.reorganise(block.transactions, chain.context)
    // The parent pays as much as each child: it stays, with the three that pay best.
    expect([...pool.entries()].map(({ fee }) => fee).sort()).toEqual([10_003n, 10_004n, 10_005n, 400_000n])
    expect(pool.get(computeTxid(parent))).toBeDefined()
    expect(pool.packages()[0]?.entries).toHaveLength(1)
  })

  it('leaves alone what a reorg does not make too large', () => {
    pool = create({ maxClusterCount: 4 })
    const grandparent = pay([chain.mint(1_000_000)], 400_000, 400_000)
    const parent = pay([outputOf(grandparent)], 300_000)
    const before = new Map(chain.coins)
    const block = chain.connect(pool, [grandparent, parent])
    const child = accept(pay([outputOf(parent)], 290_000))
    const cousin = accept(pay([outputOf(grandparent, 1)], 390_000))
    chain.coins.clear()
    for (const [key, coin] of before) chain.coins.set(key, coin)
    chain.tip = chain.tip.previous!
    pool.reorganise(block.transactions, chain.context)
    expect(pool.size).toBe(4)
    expect(pool.info(child.txid)?.ancestors.count).toBe(3)
    expect(pool.info(cousin.txid)?.ancestors.count).toBe(2)
    expect(pool.graph.clusters.size).toBe(1)
  })
})

describe('random histories', () => {
  it.each([1, 2, 3, 4, 5, 6])('keep the invariants (seed %i)', (seed) => {
    const random = createRandom(seed)
    pool = create({ maxBytes: 60_000, maxClusterCount: 12 })
    const blocks: {
      coins: Map<string, NonNullable<ReturnType<TestChain['get']>>>
      tip: TestChain['tip']
      txs: readonly Transaction[]
    }[] = []
    for (let step = 0; step < 250; step++) {
      const action = random.next()
      if (action < 0.75) {
        const entries = [...pool.entries()]
        const own = entries.flatMap((entry) => entry.tx.outputs.map((_, i) => outputOf(entry.tx, i)))
        const taken = entries.flatMap((entry) => entry.tx.inputs.map((input) => input.prevout))
        const pick = () => (own.length > 0 && random.chance(0.5) ? random.pick(own) : chain.mint())
        const prevouts = Array.from({ length: 1 + random.below(3) }, () =>
          taken.length > 0 && random.chance(0.1) ? random.pick(taken) : pick(),
        )
        const value = Math.floor((random.below(20) + 78) * 1000 * random.next())
        const outputs = Array.from({ length: 1 + random.below(3) }, () => Math.max(1000, Math.floor(value / 3)))
        pool.accept(pay(prevouts, ...outputs), chain.context)
      } else if (action < 0.9) {
        const txs = pool
          .packages()
          .slice(0, random.below(6))
          .flatMap(({ entries }) => entries.map((entry) => entry.tx))
        const conflict = random.chance(0.3) ? [...pool.entries()].find((entry) => entry.parents.size === 0) : undefined
        const used = new Set(txs.flatMap((tx) => tx.inputs.map((input) => outPointKey(input.prevout))))
        const rival = conflict?.tx.inputs.every(
          (input) => !used.has(outPointKey(input.prevout)) && chain.get(input.prevout),
        )
          ? [
              spend(
                conflict.tx.inputs.map((input) => input.prevout),
                { outputs: [1234] },
              ),
            ]
          : []
        const coins = new Map(chain.coins)
        const tip = chain.tip
        blocks.push({ coins, tip, txs: chain.connect(pool, [...txs, ...rival]).transactions })
      } else if (blocks.length > 0) {
        const depth = 1 + random.below(Math.min(3, blocks.length))
        const undone = blocks.splice(-depth)
        // Coins minted since are confirmed by other blocks: they stay.
        const lost = new Set(
          undone.flatMap(({ txs }) => txs.flatMap((tx) => tx.outputs.map((_, i) => outPointKey(outputOf(tx, i))))),
        )
        for (const key of lost) chain.coins.delete(key)
        for (const [key, coin] of undone[0]!.coins) chain.coins.set(key, coin)
        chain.tip = undone[0]!.tip
        pool.reorganise(
          undone.flatMap(({ txs }) => txs),
          chain.context,
        )
      }
      checkPoolConsistency(pool, (outpoint) => chain.get(outpoint) !== undefined)
    }
  })
})

describe('the check of a pool', () => {
  const isCoin = (outpoint: OutPoint): boolean => chain.get(outpoint) !== undefined

  it('finds an input that is gone, and a forgotten relative', () => {
    const parent = accept(pay([chain.mint(100_000)], 90_000))
    accept(pay([outputOf(parent.tx)], 80_000))
    expect(() => checkPoolConsistency(pool, isCoin)).not.toThrow()
    expect(() => checkPoolConsistency(pool, () => false)).toThrow('spends what does not exist')
    parent.children.clear()
    expect(() => checkPoolConsistency(pool, isCoin)).toThrow('does not know its parent')
  })

  it('finds an entry that would not be mined', () => {
    accept(pay([chain.mint(100_000)], 90_000))
    const { graph } = pool
    expect(() => checkPoolConsistency({ graph, packages: () => [] }, isCoin)).toThrow('would not be mined')
  })
})
