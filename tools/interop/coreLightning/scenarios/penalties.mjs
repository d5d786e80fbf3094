import { until } from '../../../daemons/rpcClient.mjs'
import { pay, payHeld, statusOf } from '../payments.mjs'
import { expect } from '../report.mjs'

const CAPACITY = 2_000_000

/** An old state is published, with a payment in flight that has long been settled: the other side takes everything. */
export async function penalties({ network, report }) {
  const [ply, alice] = await network.start({ ply: ['ply'], core: ['alice'] })
  await network.fund([ply, alice])
  await report.check('lightningd takes all when Ply publishes an old state', async () => {
    const id = await channelWithHistory(network, ply, alice)
    const held = await payHeld(ply, alice, 31_000_000)
    await network.restartPlyd({ between: () => ply.save() })
    await network.usable(id, ply, alice)
    await held.release()
    await until('the payment', async () => (await statusOf(ply, held.hash)) === 'complete')
    await pay(ply, alice, 200_000_000)
    const before = await alice.coins()
    await network.without(alice, async () => {
      await network.restartPlyd({ between: () => ply.restore() })
      await ply.call('close', { id, force: true })
      await network.mine(1)
    })
    await alice.start()
    await network.synced()
    await victory(network, { victim: alice, before, cheat: ply, id })
  })
  await report.check('Ply takes all when lightningd publishes an old state', async () => {
    const id = await channelWithHistory(network, alice, ply)
    const held = await payHeld(ply, alice, 32_000_000)
    await alice.stop()
    alice.save()
    // Without `hold` the payment goes through.
    await alice.start()
    await network.usable(id, ply, alice)
    expect('it is paid', (await held.ended).paid?.status === 'complete')
    await pay(alice, ply, 200_000_000)
    const before = await ply.coins()
    await alice.stop()
    alice.restore()
    await alice.start('--offline')
    await alice.call('close', { id, unilateraltimeout: 1 })
    await network.mine(1)
    await victory(network, { victim: ply, before, cheat: alice, id })
  })
}

async function channelWithHistory(network, opener, other) {
  const id = await network.open(opener, other, { sat: CAPACITY, pushMsat: 800_000_000 })
  await pay(opener, other, 40_000_000)
  await pay(other, opener, 15_000_000)
  return id
}

/** The victim gets the whole channel, less the fees for taking it. */
async function victory(network, { victim, before, cheat, id }) {
  const taken = async () => (await victim.coins()) - before
  await network.mineUntil('the penalty', async () => (await taken()) > CAPACITY - 20_000, { most: 40, step: 2 })
  await network.mine(150)
  const total = await taken()
  expect(`${victim.name} has ${total} sat more`, total > CAPACITY - 20_000 && total < CAPACITY)
  const left = await cheat.channel(id)
  expect(
    `${cheat.name} is left with nothing`,
    left === undefined || Number(left.to_us_msat) === 0 || left.state === 'ONCHAIN',
  )
}
