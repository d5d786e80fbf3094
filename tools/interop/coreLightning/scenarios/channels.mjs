import { randomBytes } from 'node:crypto'
import { until } from '../../../daemons/rpcClient.mjs'
import { invoice, pay, payHeld, refusesToPay } from '../payments.mjs'
import { expect } from '../report.mjs'

/** A lightningd and a node of ours: channels, payments, gossip, fees, lost connections. */
export async function channels({ network, report }) {
  const [ply, alice] = await report.check('a node inside plyd, and a lightningd on the same plyd', () =>
    network.start({ ply: ['ply'], core: ['alice'] }),
  )
  await network.fund([ply, alice])
  const ours = await report.check('Ply opens a channel with anchors', async () => {
    const id = await network.open(ply, alice, { pushMsat: 400_000_000 })
    const { names } = (await alice.channel(id)).channel_type
    expect(`static_remotekey and anchors, not ${names}`, names.join() === 'static_remotekey/even,anchors/even')
    return id
  })
  const theirs = await report.check('lightningd opens one', () =>
    network.open(alice, ply, { sat: 1_500_000, pushMsat: 300_000_000 }),
  )
  await invoices({ ply, alice, report })
  await report.check('keysend in both directions', async () => {
    for (const [from, to] of [
      [ply, alice],
      [alice, ply],
    ]) {
      const paid = await from.call('keysend', { destination: to.id, amount_msat: 12_345_000 })
      expect(`${from.name} has paid`, paid.status === 'complete')
    }
  })
  await report.check('lightningd splits a payment over both channels', async () => {
    await pay(ply, alice, 400_000_000)
    const room = await Promise.all([ours, theirs].map(async (id) => (await alice.channel(id)).spendable_msat))
    const amount = Math.max(...room) + 100_000_000
    await pay(alice, ply, amount)
  })
  await gossip({ network, ply, alice, report, ours })
  await report.check('a connection lost with payments in flight takes them up again', async () => {
    const held = await payHeld(ply, alice, 21_000_000)
    await ply.call('disconnect', { id: alice.id, force: true })
    await network.usable(ours, ply, alice)
    await held.release()
    expect('it is paid', (await held.ended).paid?.status === 'complete')
  })
  await report.check('lightningd is killed with a payment in flight', async () => {
    const held = await payHeld(ply, alice, 22_000_000)
    await alice.kill()
    await alice.start()
    await network.usable(ours, ply, alice)
    expect('it is paid', (await held.ended).paid?.status === 'complete')
  })
  await report.check('plyd is killed with a payment in flight', async () => {
    const held = await payHeld(ply, alice, 23_000_000)
    await network.restartPlyd({ kill: true })
    await network.connect(alice, ply)
    await network.usable(ours, ply, alice)
    await held.release()
    await until(
      'the payment',
      async () => (await ply.call('listpays', { payment_hash: held.hash })).pays[0].status === 'complete',
    )
  })
  await fees({ network, ply, alice, report, ours, theirs })
}

async function invoices({ ply, alice, report }) {
  await report.check('invoices are paid in both directions, to the millisatoshi', async () => {
    await pay(ply, alice, 100_000_001)
    await pay(alice, ply, 70_000_003)
  })
  await report.check('so are invoices without an amount, and with the hash of a description', async () => {
    await pay(ply, alice, 'any', { payFields: { amount_msat: 1_111_000 } })
    await pay(alice, ply, 'any', { payFields: { amount_msat: 2_222_000 } })
    await pay(ply, alice, 3_333_000, { invoiceFields: { deschashonly: true } })
  })
  await report.check('what the payee does not know is refused, and the payer says so', async () => {
    const gone = await invoice(alice, 1_000_000)
    await alice.call('delinvoice', { label: gone.label, status: 'unpaid' })
    await refusesToPay(ply, gone.bolt11, /incorrect_or_unknown_payment_details/)
    const [hash, secret] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('hex'))
    const { route } = await alice.call('getroute', { id: ply.id, amount_msat: 1_000_000, riskfactor: 1 })
    await alice.call('sendpay', { route, payment_hash: hash, payment_secret: secret })
    const answer = await alice.call('waitsendpay', { payment_hash: hash }).catch((error) => error.message)
    expect(`the payer hears why: ${answer}`, /WIRE_INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS/.test(answer))
  })
}

async function gossip({ network, ply, alice, report, ours }) {
  await report.check('each has learnt of the other by gossip', async () => {
    await network.mine(1)
    for (const [node, other] of [
      [ply, alice],
      [alice, ply],
    ]) {
      await until(
        `${node.name} to know both channels`,
        async () => (await node.call('listchannels')).channels.length === 4,
      )
      await until(`${node.name} to know its peer's name`, async () => {
        const { nodes } = await node.call('listnodes', { id: other.id })
        return nodes[0]?.alias === other.name
      })
    }
  })
  await report.check('a new policy reaches the other', async () => {
    const scid = (await ply.channel(ours)).short_channel_id
    for (const [node, other] of [
      [ply, alice],
      [alice, ply],
    ]) {
      await node.call('setchannel', { id: scid, feebase: 1234, feeppm: 56 })
      await until(`${other.name} to hear of it`, async () => {
        const { channels } = await other.call('listchannels', { short_channel_id: scid })
        const seen = channels.find(({ source }) => source === node.id)
        return seen?.base_fee_millisatoshi === 1234 && seen.fee_per_millionth === 56
      })
    }
  })
}

async function fees({ network, ply, alice, report, ours, theirs }) {
  const feerate = async (id) => (await alice.channel(id)).feerate.perkw
  await report.check('lightningd, as the opener, raises the feerate', async () => {
    const before = await feerate(theirs)
    await alice.stop()
    await alice.start('--force-feerates=3000')
    await network.usable(theirs, ply, alice)
    await until('the new feerate', async () => (await feerate(theirs)) > before)
    await pay(alice, ply, 1_000_000)
    await alice.stop()
    await alice.start()
    await network.usable(theirs, ply, alice)
    await pay(ply, alice, 1_000_000)
  })
  await report.check('Ply, as the opener, raises the feerate', async () => {
    const before = await feerate(ours)
    await network.restartPlyd({ options: ['-minrelaytxfee=0.00003'] })
    await network.connect(alice, ply)
    await network.usable(ours, ply, alice)
    await network.mine(1)
    await until('the new feerate', async () => (await feerate(ours)) > before)
    await pay(ply, alice, 1_000_000)
    await pay(alice, ply, 1_000_000)
  })
}
