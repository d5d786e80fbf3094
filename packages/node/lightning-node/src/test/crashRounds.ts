import { expect } from 'vitest'
import { createRandom } from '@ply/testkit'
import { TestNetwork, type TestNode } from './testNetwork.ts'

const bothWays = (a: TestNode, b: TestNode): readonly (readonly [TestNode, TestNode])[] => [
  [a, b],
  [b, a],
]

/** What a node has in its channels and on chain, in millisatoshi. */
async function wealth(node: TestNode): Promise<bigint> {
  const channels = await node.rows('listpeerchannels', 'channels')
  const inChannels = channels.reduce((sum, row) => sum + BigInt(row['to_us_msat'] as bigint), 0n)
  return inChannels + (await node.balance()) * 1000n
}

/**
 * Two nodes pay each other; in each round one or both are killed at a random moment and come back from their stores. At
 * the end every receipt of a payer is a payment received, and the channel holds what they say.
 */
export async function runCrashRounds({
  seed,
  rounds,
}: {
  readonly seed: number
  readonly rounds: number
}): Promise<void> {
  const random = createRandom(seed)
  const network = new TestNetwork()
  try {
    const alice = await network.add('alice')
    const bob = await network.add('bob')
    await network.fund(alice, 2_000_000n)
    await network.open(alice, bob, 1_000_000, { push_msat: '500000sat' })
    const total = (await wealth(alice)) + (await wealth(bob))
    let paidByAlice = 0n
    let label = 0

    for (let round = 0; round < rounds; round++) {
      const open: Promise<void>[] = []
      for (let n = 1 + random.below(3); n > 0; n--) {
        const [from, to] = random.pick(bothWays(alice, bob))
        const amount = 1000 * (1 + random.below(5000))
        const invoice = await to.call('invoice', [amount, `payment ${label++}`, 'tea'])
        // The node may be killed before it can answer.
        open.push(
          from.call('pay', { bolt11: invoice['bolt11'] as string }).then(
            () => undefined,
            () => undefined,
          ),
        )
      }
      for (let turns = random.below(12); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
      const victims = random.chance(0.3) ? [alice, bob] : [random.pick([alice, bob])]
      await Promise.all(victims.map((node) => node.kill()))
      if (random.chance(0.3)) network.chain.mine()
      for (const node of victims) await node.start()
      await (random.chance(0.5) ? alice.connect(bob) : bob.connect(alice))
      await Promise.all([alice.untilUsable(bob.id), bob.untilUsable(alice.id)])
      await Promise.all([alice, bob].map((node) => node.untilQuiet()))
      void open
    }

    // Each payment that its payer has a receipt for was received, and each that was received has a receipt.
    for (const [payer, payee] of bothWays(alice, bob)) {
      const sent = (await payer.rows('listpays', 'pays', { status: 'complete' })).map((row) => row['payment_hash'])
      const received = (await payee.rows('listinvoices', 'invoices'))
        .filter((row) => row['status'] === 'paid')
        .map((row) => row['payment_hash'])
      expect([...sent].sort()).toEqual([...received].sort())
      for (const row of await payer.rows('listpays', 'pays', { status: 'complete' })) {
        const amount = BigInt(row['amount_msat'] as bigint)
        paidByAlice += payer === alice ? amount : -amount
      }
    }
    const channel = (await alice.rows('listpeerchannels', 'channels'))[0]!
    expect(BigInt(channel['to_us_msat'] as bigint)).toBe(500_000_000n - paidByAlice)
    expect((await wealth(alice)) + (await wealth(bob))).toBe(total)
  } finally {
    await network.stop()
  }
}
