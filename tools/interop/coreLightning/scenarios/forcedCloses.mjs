import { until } from '../../../daemons/rpcClient.mjs'
import { pay, payHeld, statusOf } from '../payments.mjs'
import { expect, expectFees } from '../report.mjs'

/**
 * alice – ply – bob, and one of the three ends a channel alone while a payment from alice waits at bob. In each case it
 * is either released then, or never: the money must move on chain as it would have off chain.
 */
const CASES = [
  { closer: 'ply', channel: 'outgoing', released: true },
  { closer: 'ply', channel: 'outgoing', released: false },
  { closer: 'bob', channel: 'outgoing', released: true },
  { closer: 'bob', channel: 'outgoing', released: false },
  { closer: 'ply', channel: 'incoming', released: true },
  { closer: 'ply', channel: 'incoming', released: false },
  { closer: 'alice', channel: 'incoming', released: true },
  { closer: 'alice', channel: 'incoming', released: false },
]

export async function forcedCloses({ network, report }) {
  const [ply, alice, bob] = await network.start({ ply: ['ply'], core: ['alice', 'bob'] })
  const nodes = { ply, alice, bob }
  await network.fund([ply, alice, bob], { count: 4 })
  for (const { closer, channel, released } of CASES) {
    const what = `${closer} closes the ${channel} channel, the payment is ${released ? 'released' : 'never released'}`
    const funds = await network.coinsOf([ply, alice, bob])
    const channels = await link(network, nodes)
    const held = await report.check(what, async () => {
      const waiting = await payHeld(alice, bob, 60_000_000)
      await nodes[closer].call('close', {
        id: channels[channel],
        ...(closer === 'ply' ? { force: true } : { unilateraltimeout: 1 }),
      })
      await network.mine(1)
      if (released) await bob.call('release')
      const wanted = released ? 'complete' : 'failed'
      await network.mineUntil(
        `the payment to be ${wanted}`,
        async () => (await statusOf(alice, waiting.hash)) === wanted,
        { step: released ? 1 : 5 },
      )
      return waiting
    })
    await report.check('and all coins come home', async () => {
      await bob.call('release')
      await held.ended
      for (const id of Object.values(channels)) await settle(network, nodes, id)
      await home(network, nodes)
      expectFees(funds - (await network.coinsOf([ply, alice, bob])))
    })
  }
}

/** A channel from alice to ply and one from ply to bob, with something on either side. */
async function link(network, { ply, alice, bob }) {
  const incoming = await network.open(alice, ply, { pushMsat: 300_000_000 })
  const outgoing = await network.open(ply, bob, { pushMsat: 300_000_000 })
  await until('alice to know the way', async () => {
    const { channels } = await alice.call('listchannels', { source: ply.id })
    return channels.some(({ destination }) => destination === bob.id)
  })
  await pay(alice, bob, 10_000_000)
  return { incoming, outgoing }
}

/** Closes what is still open, together. */
async function settle(network, { ply }, id) {
  if ((await ply.channel(id))?.state === 'normal') await ply.call('close', { id })
}

/** Mines until nobody has anything of a channel left on chain. */
async function home(network, { ply, alice, bob }) {
  await network.mineUntil('the channels to end', async () => {
    const left = await Promise.all([ply, alice, bob].map((node) => node.call('listpeerchannels')))
    return left.every(({ channels }) => channels.every(({ state }) => state === 'closed'))
  })
}
