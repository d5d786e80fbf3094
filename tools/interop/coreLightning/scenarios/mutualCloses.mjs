import { until } from '../../../daemons/rpcClient.mjs'
import { pay, payHeld } from '../payments.mjs'
import { expect, expectFees } from '../report.mjs'

/** Channels that both sides agree to end: each side closes one of its own and one of the other's. */
export async function mutualCloses({ network, report }) {
  const [ply, alice] = await network.start({ ply: ['ply'], core: ['alice'] })
  await network.fund([ply, alice], { count: 6 })
  const funds = await network.coinsOf([ply, alice])
  for (const [opener, closer] of [
    [ply, ply],
    [ply, alice],
    [alice, ply],
    [alice, alice],
  ]) {
    await report.check(`${closer.name} closes what ${opener.name} opened`, async () => {
      const id = await openAndPay(network, { opener, other: opener === ply ? alice : ply })
      await close(network, closer, id)
    })
  }
  await report.check('a payment in flight ends before the channel does', async () => {
    const id = await openAndPay(network, { opener: ply, other: alice })
    const held = await payHeld(ply, alice, 11_000_000)
    const closing = close(network, alice, id)
    await until('the shutdown', async () => (await alice.channel(id)).state === 'CHANNELD_SHUTTING_DOWN')
    await held.release()
    expect('it is paid', (await held.ended).paid?.status === 'complete')
    await closing
  })
  await report.check('a channel whose other side has nothing is closed with one output', async () => {
    const txid = await close(network, alice, await network.open(ply, alice))
    expect('one output', (await network.plyd.call('getrawtransaction', txid, true)).vout.length === 1)
  })
  await report.check('each can be paid to an address of its own choice', async () => {
    for (const [closer, other] of [
      [ply, alice],
      [alice, ply],
    ]) {
      const id = await openAndPay(network, { opener: closer, other })
      const { p2tr: destination } = await closer.call('newaddr', { addresstype: 'p2tr' })
      const txid = await close(network, closer, id, { destination })
      const { vout } = await network.plyd.call('getrawtransaction', txid, true)
      expect(
        `an output to ${destination}`,
        vout.some(({ scriptPubKey }) => scriptPubKey.address === destination),
      )
    }
  })
  await report.check('a lightningd that pays much more for its transactions finds a fee with Ply', async () => {
    const id = await openAndPay(network, { opener: alice, other: ply })
    await alice.stop()
    await alice.start('--force-feerates=8000')
    await network.usable(id, ply, alice)
    await close(network, ply, id)
  })
  await report.check('a lightningd that offers option_simple_close closes as of old', async () => {
    await alice.stop()
    await alice.start('--experimental-simple-close')
    for (const closer of [ply, alice]) {
      await close(network, closer, await openAndPay(network, { opener: closer, other: closer === ply ? alice : ply }))
    }
  })
  await report.check('all coins are home', async () => {
    await network.mine(6)
    expectFees(funds - (await network.coinsOf([ply, alice])))
  })
}

async function openAndPay(network, { opener, other }) {
  const id = await network.open(opener, other, { pushMsat: 300_000_000 })
  await pay(opener, other, 25_000_000)
  await pay(other, opener, 5_000_000)
  return id
}

/** Closes a channel together and mines it; resolves with the transaction's id. */
async function close(network, closer, id, fields = {}) {
  const { type, txid, txids } = await closer.call('close', { id, ...fields })
  expect(`mutual, not ${type}`, type === 'mutual')
  const closing = txid ?? txids[0]
  await until('the closing transaction', async () => (await network.plyd.call('getrawmempool')).includes(closing))
  await network.mine(1)
  return closing
}
