import { until } from '../../../daemons/rpcClient.mjs'
import { pay, payHeld, statusOf } from '../payments.mjs'
import { expect, expectFees } from '../report.mjs'
import { link, sweep } from '../triangle.mjs'

/** alice – ply – bob, and one of them is away when it should act: whoever is left must do so in time, on chain. */
export async function absences({ network, report }) {
  const [ply, alice, bob] = await network.start({ ply: ['ply'], core: ['alice', 'bob'] })
  await network.fund([ply, alice, bob], { count: 4 })
  const nodes = [ply, alice, bob]
  const allHome = (funds) =>
    report.check('and all coins come home', async () => {
      await sweep(network, nodes)
      expectFees(funds - (await network.coinsOf(nodes)))
    })

  let funds = await network.coinsOf(nodes)
  await report.check('bob is away until the payment to him has expired: Ply takes it back on chain', async () => {
    const { outgoing } = await link(network, { ply, alice, bob })
    const held = await payHeld(alice, bob, 41_000_000)
    await network.without(bob, async () => {
      await network.mineUntil('the payment to fail', async () => (await statusOf(alice, held.hash)) === 'failed')
      expect('the channel was closed', (await ply.channel(outgoing)).state !== 'normal')
    })
    await bob.start()
  })
  await allHome(funds)

  funds = await network.coinsOf(nodes)
  await report.check(
    'alice is away when her payment is settled: Ply claims it on chain, and she learns of it',
    async () => {
      const { incoming } = await link(network, { ply, alice, bob })
      const held = await payHeld(alice, bob, 42_000_000)
      await network.without(alice, async () => {
        await held.release()
        await until('the preimage', async () =>
          (await bob.call('listpeerchannels')).channels.every(({ htlcs }) => htlcs.length === 0),
        )
        await network.mineUntil(
          'Ply to close the channel',
          async () => (await ply.channel(incoming)).state !== 'normal',
        )
        await network.mine(10)
      })
      await alice.start()
      await network.synced()
      await until('the payment', async () => (await statusOf(alice, held.hash)) === 'complete')
    },
  )
  await allHome(funds)

  funds = await network.coinsOf(nodes)
  await report.check('Ply is away until the payment through it has expired at both ends', async () => {
    const { incoming } = await link(network, { ply, alice, bob })
    const held = await payHeld(alice, bob, 43_000_000)
    await network.withoutPly(async () => {
      await network.mine(20)
      await network.mineUntil(
        'alice to give up',
        async () => (await alice.channel(incoming)).state !== 'CHANNELD_NORMAL',
      )
      await bob.call('release')
      await network.mine(10)
    })
    await network.mineUntil('the payment to end', async () => (await statusOf(alice, held.hash)) !== 'pending')
    expect('alice closed the channel', (await ply.channel(incoming))?.state !== 'normal')
  })
  await allHome(funds)

  funds = await network.coinsOf(nodes)
  await report.check('a commitment that mempools do not take alone confirms with its anchor', async () => {
    const id = await network.open(ply, alice, { pushMsat: 300_000_000, options: { feerate: '253perkw' } })
    await pay(ply, alice, 10_000_000)
    await network.without(alice, async () => {
      await network.restartPlyd({ options: ['-minrelaytxfee=0.00004'] })
      const { txid } = await ply.call('close', { id, force: true })
      await network.mine(2)
      const { confirmations } = await network.plyd.call('getrawtransaction', txid, true)
      expect('it is in a block', confirmations > 0)
      await network.restartPlyd()
    })
    await alice.start()
    await network.synced()
  })
  await allHome(funds)
}
