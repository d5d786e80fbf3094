import { payHeld, statusOf } from '../payments.mjs'
import { expectFees } from '../report.mjs'
import { link, sweep } from '../triangle.mjs'

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
      await sweep(network, [ply, alice, bob])
      expectFees(funds - (await network.coinsOf([ply, alice, bob])))
    })
  }
}
