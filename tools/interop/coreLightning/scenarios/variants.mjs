import { until } from '../../../daemons/rpcClient.mjs'
import { pay, payHeld } from '../payments.mjs'
import { expect, expectFees } from '../report.mjs'
import { ended } from '../triangle.mjs'

/** Channels of other kinds, many payments and tiny ones, refusals, and a lightningd with everything new switched on. */
export async function variants({ network, report }) {
  const [ply, alice] = await network.start({ ply: ['ply'], core: ['alice'] })
  await network.fund([ply, alice], { count: 5 })
  const funds = await network.coinsOf([ply, alice])
  await report.check('a channel with static_remotekey and without anchors', async () => {
    const id = await network.open(alice, ply, { pushMsat: 300_000_000, options: { channel_type: [12] } })
    const { names } = (await alice.channel(id)).channel_type
    expect(`static_remotekey alone, not ${names}`, names.join() === 'static_remotekey/even')
    await pay(alice, ply, 20_000_000)
    await forcedEnd(network, { ply, alice, closer: ply, id })
  })
  await report.check('channels too small or too large are refused, with the reason', async () => {
    await network.connect(ply, alice)
    for (const [from, to, amount] of [
      [alice, ply, 19_000],
      [ply, alice, 9_000],
      [ply, alice, 17_000_000],
    ]) {
      const answer = await from.call('fundchannel', { id: to.id, amount }).catch((error) => error.message)
      expect(`refused: ${JSON.stringify(answer)}`, typeof answer === 'string')
      await until('the connection', () =>
        network.connect(ply, alice).then(
          () => true,
          () => false,
        ),
      )
    }
  })
  await report.check('the funding of a channel moves to another block before it is deep enough', async () => {
    const { plyd } = network
    await alice.stop()
    await alice.start('--funding-confirms=3')
    await network.connect(ply, alice)
    const { channel_id: id } = await ply.call('fundchannel', { id: alice.id, amount: 1_000_000 })
    await network.mine(1)
    await plyd.call('invalidateblock', await plyd.call('getbestblockhash'))
    await plyd.call('generateblock', await plyd.call('getnewaddress'), [])
    await network.mine(6)
    await network.usable(id, ply, alice)
    const [ours, theirs] = await Promise.all([ply, alice].map((node) => node.channel(id)))
    expect(`both at ${ours.short_channel_id}`, ours.short_channel_id === theirs.short_channel_id)
    await pay(ply, alice, 30_000_000)
    await forcedEnd(network, { ply, alice, closer: alice, id })
  })
  await report.check(
    'the funding goes after it was: lightningd gives the channel up, and the coins come home',
    async () => {
      const { plyd } = network
      await alice.stop()
      await alice.start()
      await network.connect(ply, alice)
      const { channel_id: id } = await ply.call('fundchannel', { id: alice.id, amount: 1_000_000 })
      await network.mine(1)
      await network.usable(id, ply, alice)
      await plyd.call('invalidateblock', await plyd.call('getbestblockhash'))
      await plyd.call('generateblock', await plyd.call('getnewaddress'), [])
      await network.synced()
      await network.mineUntil('the channel to end', () => ended([ply, alice]))
    },
  )
  await report.check('a hundred payments at once, and payments of a satoshi', async () => {
    const id = await network.open(ply, alice, { pushMsat: 900_000_000 })
    const flood = Array.from({ length: 50 }, () => [pay(ply, alice, 3_000_000), pay(alice, ply, 3_000_000)])
    await Promise.all(flood.flat())
    await pay(ply, alice, 1000)
    await pay(alice, ply, 1)
    const held = await payHeld(ply, alice, 100_000)
    await ply.call('close', { id, force: true })
    await network.mine(1)
    await held.release()
    await network.mineUntil('the channel to end', () => ended([ply, alice]))
    await held.ended
  })
  await report.check('a lightningd that offers everything experimental', async () => {
    await alice.stop()
    await alice.start('--experimental-dual-fund', '--experimental-splicing', '--large-channels')
    for (const [from, to] of [
      [ply, alice],
      [alice, ply],
    ]) {
      const id = await network.open(from, to, { pushMsat: 300_000_000 })
      await pay(from, to, 10_000_000)
      await pay(to, from, 10_000_000)
      await to.call('close', { id })
      await network.mine(1)
    }
  })
  await report.check('all coins are home', async () => {
    await network.mineUntil('the channels to end', () => ended([ply, alice]))
    expectFees(funds - (await network.coinsOf([ply, alice])))
  })
}

async function forcedEnd(network, { ply, alice, closer, id }) {
  await closer.call('close', { id, ...(closer === ply ? { force: true } : { unilateraltimeout: 1 }) })
  await network.mineUntil('the channel to end', () => ended([ply, alice]))
}
