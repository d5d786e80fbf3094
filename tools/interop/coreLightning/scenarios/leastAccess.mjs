import { createHmac, randomBytes } from 'node:crypto'
import { until } from '../../../daemons/rpcClient.mjs'
import { expect } from '../report.mjs'

const USER = 'lightning'
/** All that Core Lightning asks of a bitcoind. */
const METHODS = [
  'echo',
  'estimatesmartfee',
  'getblock',
  'getblockchaininfo',
  'getblockfrompeer',
  'getblockhash',
  'getmempoolinfo',
  'getnetworkinfo',
  'getpeerinfo',
  'gettxout',
  'sendrawtransaction',
]
const FEE_BLOCKS = 30

/** A lightningd with a password, allowed nothing but what it needs, on a plyd that prunes; fees as plyd estimates them. */
export async function leastAccess({ network, report }) {
  const { plyd } = network
  const password = randomBytes(16).toString('hex')
  const [alice] = await report.check('lightningd comes in by -rpcauth, to the methods that it needs', () =>
    network.start({
      core: ['alice'],
      plydOptions: [
        '-prune=550',
        `-rpcauth=${rpcAuth(password)}`,
        `-rpcwhitelist=${USER}:${METHODS.join()}`,
        '-rpcwhitelistdefault=0',
      ],
      coreOptions: [`--bitcoin-rpcuser=${USER}`, `--bitcoin-rpcpassword=${password}`, '--dev-no-fake-fees=true'],
    }),
  )
  await report.check('without an estimate it says that it has none', async () => {
    const { perkw, warning_missing_feerates: warning } = await alice.call('feerates', { style: 'perkw' })
    expect('no opening feerate', perkw.opening === undefined && warning !== undefined)
  })
  await report.check('fees that plyd saw paid become its feerates', async () => {
    const address = await plyd.call('getnewaddress')
    for (let block = 0; block < FEE_BLOCKS; block++) {
      for (let i = 0; i < 3; i++) await sendAt(plyd, address, 5 + i)
      await plyd.call('generatetoaddress', 1, address)
    }
    const { feerate } = await plyd.call('estimatesmartfee', 6)
    expect(`an estimate of ${feerate}`, feerate >= 0.00005)
    await network.synced()
    const opening = await until(
      'the feerate',
      async () => (await alice.call('feerates', { style: 'perkw' })).perkw.opening,
    )
    expect(`${opening} per kw is about 5 sat/vB`, opening >= 1000 && opening <= 2000)
  })
  await report.check('it withdraws at that feerate', async () => {
    await network.fund([alice], { count: 1 })
    const { txid } = await alice.call('withdraw', { destination: await plyd.call('getnewaddress'), satoshi: 'all' })
    const { fees, vsize } = await plyd.call('getmempoolentry', txid)
    expect(`${fees.base} for ${vsize} vB`, (fees.base * 1e8) / vsize >= 4)
  })
}

/** A line as Bitcoin Core's rpcauth.py makes it. */
function rpcAuth(password) {
  const salt = randomBytes(16).toString('hex')
  return `${USER}:${salt}$${createHmac('sha256', salt).update(password).digest('hex')}`
}

/** Sends a little, at so many satoshi per vbyte. */
const sendAt = (plyd, address, feerate) =>
  plyd.call('sendtoaddress', address, 0.01, '', '', false, false, null, 'unset', false, feerate)
