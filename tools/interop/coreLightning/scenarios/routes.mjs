import { until } from '../../../daemons/rpcClient.mjs'
import { invoice, pay, payHeld } from '../payments.mjs'
import { expect } from '../report.mjs'

/** alice – ply – bob – dave in public, with ply and dave ours; carol hangs on ply, and erin (ours) on bob, in private. */
export async function routes({ network, report }) {
  const [ply, dave, erin, alice, bob, carol] = await report.check('three nodes of ours, three lightningds', () =>
    network.start({ ply: ['ply', 'dave', 'erin'], core: ['alice', 'bob', 'carol'] }),
  )
  await network.fund([ply, alice, bob])
  const pushMsat = 500_000_000
  const toBob = await report.check('they are linked: alice, ply, bob, dave', async () => {
    await network.open(alice, ply, { pushMsat })
    const id = await network.open(ply, bob, { pushMsat })
    await network.open(bob, dave, { pushMsat })
    const nodes = [ply, dave, alice, bob]
    for (const node of nodes) {
      await until(
        `${node.name} to know all channels`,
        async () => (await node.call('listchannels')).channels.length === 6,
      )
    }
    return id
  })
  await report.check('lightningd pays lightningd through Ply, which earns its fee', async () => {
    const before = await balance(ply)
    await pay(alice, bob, 50_000_000)
    await pay(bob, alice, 30_000_000)
    // 1000 msat and 10 millionths each.
    await until('the fees', async () => (await balance(ply)) - before === 1000 + 500 + 1000 + 300)
  })
  await report.check('Ply pays Ply through lightningd', async () => {
    await pay(ply, dave, 40_000_000)
    await pay(dave, ply, 20_000_000)
  })
  await report.check('payments over three hops, both ways', async () => {
    await pay(alice, dave, 35_000_000)
    await pay(dave, alice, 15_000_000)
  })
  await report.check('a hop without the coins says so, and the payment fails at its source', async () => {
    await pay(ply, dave, 1_000_000_000)
    for (const [from, to] of [
      [alice, bob],
      [alice, dave],
      [dave, alice],
    ]) {
      const { bolt11 } = await invoice(to, 900_000_000)
      const answer = await from.call('pay', { bolt11, retry_for: 15 }).catch((error) => error.message)
      expect(`it fails: ${answer}`, typeof answer === 'string')
    }
    await pay(dave, ply, 1_000_000_000)
  })
  await report.check('a hop that raised its fee is paid the new one', async () => {
    const scid = (await ply.channel(toBob)).short_channel_id
    await ply.call('setchannel', { id: scid, feebase: 2000, feeppm: 100 })
    const paid = await pay(alice, bob, 10_000_000)
    expect('the fee', Number(paid.amount_sent_msat) >= 10_003_000)
    await bob.call('setchannel', { id: 'all', feebase: 3000, feeppm: 200, enforcedelay: 0 })
    await pay(ply, dave, 10_000_000)
  })
  await report.check('a private channel of lightningd is found by the hint in its invoice', async () => {
    await network.open(ply, carol, { pushMsat, options: { announce: false } })
    await pay(alice, carol, 12_000_000)
    await pay(dave, carol, 13_000_000)
    await pay(carol, dave, 3_000_000)
  })
  await report.check('a private channel of Ply is found by the hint in its invoice', async () => {
    await network.open(bob, erin, { pushMsat, options: { announce: false } })
    // What bob asks for forwarding, which the hint has to say, comes in a message of its own.
    await until('the hint', async () => {
      const { bolt11 } = await invoice(erin, 1000)
      return (await erin.call('decode', { string: bolt11 })).routes?.length > 0
    })
    await pay(alice, erin, 12_000_000)
    await pay(ply, erin, 13_000_000)
    await pay(erin, alice, 3_000_000)
  })
  await report.check('many payments at once', async () => {
    const all = Array.from({ length: 10 }, () => [
      pay(alice, bob, 1_000_000),
      pay(bob, alice, 900_000),
      pay(dave, alice, 800_000),
    ])
    await Promise.all(all.flat())
  })
  await report.check('plyd is killed in the middle of a payment that it forwards', async () => {
    const held = await payHeld(alice, bob, 17_000_000)
    await network.restartPlyd({ kill: true })
    await network.usable(toBob, ply, bob)
    await held.release()
    expect('it is paid', (await held.ended).paid?.status === 'complete')
  })
}

async function balance(node) {
  const { channels } = await node.call('listpeerchannels')
  return channels.reduce((sum, { to_us_msat: own }) => sum + Number(own), 0)
}
