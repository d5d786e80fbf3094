import { until } from '../../../daemons/rpcClient.mjs'
import { payHeld, pay } from '../payments.mjs'
import { expect, expectFees } from '../report.mjs'

/** Satoshi of all three. */
const FUNDS = 180_000_000
const WITHDRAWN = 1_000_000

/** Three lightningds with plyd in bitcoind's place, and no Lightning node of ours. */
export async function onPlyd({ network, report }) {
  const { plyd } = network
  const [alice, bob, carol] = await report.check('lightningd takes plyd for its bitcoind', async () => {
    const nodes = await network.start({ core: ['alice', 'bob', 'carol'] })
    for (const node of nodes) {
      await until('no warning', async () => {
        const info = await node.call('getinfo')
        return !info.warning_bitcoind_sync && !info.warning_lightningd_sync
      })
    }
    return nodes
  })
  await report.check("it finds coins that plyd's wallet sent", async () => {
    await network.fund([alice, bob, carol])
    expect('three outputs', (await alice.call('listfunds')).outputs.length === 3)
  })
  const toBob = await report.check('a channel opens: alice to bob', () =>
    network.open(alice, bob, { pushMsat: 500_000_000 }),
  )
  const toCarol = await report.check('a channel opens: bob to carol', () =>
    network.open(bob, carol, { pushMsat: 500_000_000 }),
  )
  await report.check('payments in both directions', async () => {
    await pay(alice, bob, 100_000_000)
    await pay(bob, alice, 30_000_000)
  })
  await report.check('gossip is checked against the chain, and a payment finds its way over two hops', async () => {
    await until('alice to know every channel', async () => (await alice.call('listchannels')).channels.length === 4)
    await until('carol to know every channel', async () => (await carol.call('listchannels')).channels.length === 4)
    await pay(alice, carol, 50_000_000)
    await pay(carol, alice, 20_000_000)
  })
  await report.check('a reorganisation of three blocks moves a withdrawal', () => reorg(network, bob))
  await report.check('plyd is killed: payments go on, and lightningd follows when plyd is back', async () => {
    await network.restartPlyd({ kill: true, between: () => pay(alice, bob, 1_000_000) })
    await network.mine(2)
    await pay(bob, alice, 1_000_000)
  })
  await report.check('a channel is closed by both', async () => {
    const { type, txids } = await bob.call('close', { id: toCarol })
    expect('a mutual close', type === 'mutual')
    await network.mine(1)
    expect('it confirms', (await plyd.call('getrawtransaction', txids[0], true)).confirmations === 1)
  })
  await report.check('a channel is closed by one side, with a payment in flight that comes home on chain', async () => {
    const held = await payHeld(alice, bob, 40_000_000)
    const { type } = await alice.call('close', { id: toBob, unilateraltimeout: 1 })
    expect('a unilateral close', type === 'unilateral')
    await network.mine(1)
    await held.release()
    await network.mineUntil(
      'the claim',
      async () => (await alice.call('listpays', { payment_hash: held.hash })).pays[0].status === 'complete',
      { most: 20, step: 1 },
    )
    expect('the payer has the preimage', (await held.ended).paid?.payment_preimage)
  })
  await report.check('all coins are home', async () => {
    await network.mineUntil('the channels to be forgotten', async () => {
      const left = await Promise.all([alice, bob, carol].map((node) => node.call('listpeerchannels')))
      return left.every(({ channels }) => channels.length === 0)
    })
    const total = await network.coinsOf([alice, bob, carol])
    expectFees(FUNDS - WITHDRAWN - total)
  })
}

/** The block with a withdrawal goes; another, on another branch, takes it in. */
async function reorg(network, node) {
  const { plyd } = network
  const { txid } = await node.call('withdraw', { destination: await plyd.call('getnewaddress'), satoshi: WITHDRAWN })
  await network.mine(3)
  const height = await plyd.call('getblockcount')
  const old = (await plyd.call('getrawtransaction', txid, true)).blockhash
  await plyd.call('invalidateblock', await plyd.call('getblockhash', height - 2))
  await plyd.call('generateblock', await plyd.call('getnewaddress'), [])
  await network.mine(3)
  const { blockhash, confirmations } = await plyd.call('getrawtransaction', txid, true)
  expect('the withdrawal is in another block', blockhash !== old && confirmations === 3)
  const change = (await node.call('listfunds')).outputs.find((output) => output.txid === txid)
  expect(`${node.name} knows the new height`, change?.blockheight === height - 1)
}
