import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCrashRounds } from './test/crashRounds.ts'
import { type FreezePoint, TestNetwork, type TestNode } from './test/testNetwork.ts'

test('nodes killed in the middle of payments come back and lose nothing', { timeout: 60_000 }, () =>
  runCrashRounds({ seed: 7, rounds: 6 }),
)

test('who publishes an old state loses everything to the other', { timeout: 30_000 }, async () => {
  const network = new TestNetwork()
  try {
    const alice = await network.add('alice')
    const bob = await network.add('bob')
    await network.fund(alice, 2_000_000n)
    await network.open(alice, bob, 1_000_000)
    const old = await alice.snapshot()
    const invoice = await bob.call('invoice', ['600000sat', 'big', 'big'])
    await alice.call('pay', [invoice['bolt11'] as string])
    await bob.untilQuiet()

    await alice.kill()
    await alice.start(old)
    const before = await bob.balance()
    await alice.call('close', { id: bob.id, force: true })
    await network.mine()
    await bob.until('channel-closing', (n) => n.kind === 'force')
    await network.mine(2)
    const gained = (await bob.balance()) - before
    expect(gained).toBeGreaterThan(980_000n)
  } finally {
    await network.stop()
  }
})

const FIRST: FreezePoint = { stored: false, matches: () => true }
/** The batch in which a node takes note of an HTLC that its peer is bound to, and answers it. */
const INCOMING: FreezePoint = {
  stored: false,
  matches: (ops) => ops.some(({ key }) => String.fromCharCode(key[0]!, key[1]!) === 'mi'),
}

describe('a payment whose receiver falls silent, and a channel that is forced closed', () => {
  let network: TestNetwork
  let alice: TestNode
  let bob: TestNode
  let carol: TestNode
  let paying: Promise<unknown>

  /** Alice pays Carol over Bob; Carol freezes; Bob closes his channel with her. */
  async function hang(point: FreezePoint): Promise<void> {
    await network.fund(alice, 2_000_000n)
    await network.fund(bob, 2_000_000n)
    await network.open(alice, bob, 1_000_000)
    await network.open(bob, carol, 1_000_000)
    await Promise.all([alice, bob, carol].map((node) => node.untilEdges(4)))
    const invoice = await carol.call('invoice', ['100000sat', 'cake', 'cake'])
    const frozen = carol.freezeAt(point)
    paying = alice.call('pay', { bolt11: invoice['bolt11'] as string, retry_for: 600 }).catch((error: unknown) => error)
    await frozen
    await bob.untilInFlight(carol.id)
    network.nodes.splice(2, 1)
    await carol.kill()
    await bob.call('close', { id: carol.id, force: true })
    await network.mine()
  }

  const aliceChannel = async (): Promise<unknown> => (await alice.rows('listpeerchannels', 'channels'))[0]

  beforeEach(async () => {
    network = new TestNetwork()
    ;[alice, bob, carol] = [await network.add('alice'), await network.add('bob'), await network.add('carol')]
  })
  afterEach(async () => {
    await network.stop()
  })

  test.each([
    ['before she has signed for it', FIRST],
    ['before she has stored it', INCOMING],
  ] as const)('it fails back to the payer: %s', { timeout: 30_000 }, async (_, point) => {
    await hang(point)
    const before = await bob.balance()
    await network.mine(200)
    expect(await paying).toBeInstanceOf(Error)
    const [payment] = await alice.rows('listpays', 'pays')
    expect(payment!['status']).toBe('failed')
    expect(await aliceChannel()).toMatchObject({
      state: 'normal',
      to_us_msat: 1_000_000_000n,
      in_flight_out_msat: 0n,
    })
    expect((await bob.balance()) - before).toBeGreaterThan(980_000n)
  })

  test(
    'it is paid on chain when she comes back in time, and the payer gets the receipt',
    { timeout: 30_000 },
    async () => {
      await hang({ ...INCOMING, stored: true })
      // Her preimage is stored but was never sent.
      await carol.start()
      network.nodes.push(carol)
      await network.mine(20)
      await paying
      const [payment] = await alice.rows('listpays', 'pays')
      expect(payment!['status']).toBe('complete')
      expect(await carol.balance()).toBeGreaterThan(90_000n)
      expect(await aliceChannel()).toMatchObject({ state: 'normal', in_flight_out_msat: 0n })
    },
  )
})
