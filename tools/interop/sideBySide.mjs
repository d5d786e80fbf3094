// Puts plyd beside a real bitcoind on loopback, in both directions and over both transports:
//   node tools/interop/sideBySide.mjs --bitcoind PATH [--blocks N]
// Each syncs a chain from the other, takes its transactions and compact blocks, and follows it through a reorg of ten
// blocks. Tips, UTXO sets and mempools must agree after each step.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { until } from '../daemons/rpcClient.mjs'
import { Daemon } from './daemon.mjs'
import { coinbase, mine, spend } from './openCoins.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { values } = parseArgs({ options: { bitcoind: { type: 'string' }, blocks: { type: 'string' } } })
if (!values.bitcoind) throw new Error('say --bitcoind PATH [--blocks N]')
const BLOCKS = Number(values.blocks ?? 1000)
const REORG = 10

let checks = 0
function check(what, holds) {
  if (!holds) throw new Error(`not so: ${what}`)
  checks++
}

const tip = (node) => node.call('getbestblockhash')
const pool = async (node) => (await node.call('getrawmempool')).sort().join()

async function agree(a, b, { pools = true } = {}) {
  await until('tips to agree', async () => (await tip(a)) === (await tip(b)))
  for (const kind of ['hash_serialized_3', 'muhash']) {
    const [left, right] = await Promise.all([a, b].map((node) => node.call('gettxoutsetinfo', kind)))
    check(`UTXO sets agree (${kind})`, left[kind] === right[kind] && left.txouts === right.txouts)
  }
  if (pools) await until('mempools to agree', async () => (await pool(a)) === (await pool(b)))
}

/** How many messages of a kind each side has had from the other, in bytes. */
const received = async (node, message) => (await node.call('getpeerinfo'))[0]?.bytesrecv_per_msg[message] ?? 0

async function connect(from, to, transport) {
  await from.call('addnode', to.address, 'onetry', transport === 'v2')
  await until('a handshake', async () => (await received(from, 'pong')) > 0 && (await received(to, 'pong')) > 0)
  for (const node of [from, to]) {
    const [peer] = await node.call('getpeerinfo')
    check(`${node.name} speaks ${transport}`, peer.transport_protocol_type === transport)
  }
}

async function disconnect(...nodes) {
  for (const node of nodes) {
    for (const { id } of await node.call('getpeerinfo')) {
      await node.call('disconnectnode', '', id).catch(() => undefined)
    }
    await until('the connection to end', async () => (await node.call('getpeerinfo')).length === 0)
  }
}

/** One spends ten coinbases from a height on; both must hold them. */
async function relay(from, to, first) {
  for (let height = first; height < first + 10; height++) {
    await from.call('sendrawtransaction', spend(await coinbase(from, height)))
  }
  await until(`${to.name} to take ten transactions`, async () => (await pool(from)) === (await pool(to)))
  check('ten transactions wait', (await from.call('getrawmempool')).length === 10)
}

async function compactBlock(from, to) {
  // The first block makes the receiver ask for the next ones at once, in high-bandwidth mode.
  const before = await received(to, 'cmpctblock')
  await mine(from, 1)
  await agree(from, to)
  await mine(from, 1)
  await agree(from, to)
  check(`${to.name} took a compact block`, (await received(to, 'cmpctblock')) > before)
  check('the pool is empty', (await from.call('getrawmempool')).length === 0)
}

/** `loser` leaves ten blocks of its own for eleven of `winner`. */
async function reorg(winner, loser, reconnect) {
  await disconnect(winner, loser)
  // To another script: with the same one, blocks of the same second would be the same.
  const [lost] = await mine(loser, REORG, 'raw(51)')
  await mine(winner, REORG + 1)
  await reconnect()
  await agree(winner, loser)
  check(`${loser.name} gave up ten blocks`, (await loser.call('getblockheader', lost)).confirmations === -1)
}

async function meet(transport, miner, follower) {
  const option = `-v2transport=${transport === 'v2' ? 1 : 0}`
  await Promise.all([miner.start(option), follower.start(option)])
  const started = performance.now()
  await mine(miner, BLOCKS)
  const mined = performance.now()
  await connect(follower, miner, transport)
  await until('the sync', async () => (await follower.call('getblockcount')) === BLOCKS, 300)
  const synced = performance.now()
  await agree(miner, follower)
  await relay(miner, follower, 1)
  await compactBlock(miner, follower)
  await relay(follower, miner, 11)
  await compactBlock(follower, miner)
  await reorg(miner, follower, () => connect(miner, follower, transport))
  await reorg(follower, miner, () => connect(follower, miner, transport))
  const seconds = (from, to) => ((to - from) / 1000).toFixed(1)
  console.log(
    `${transport}: ${follower.name} follows ${miner.name}: ${BLOCKS} blocks mined in ${seconds(started, mined)} s, ` +
      `synced in ${seconds(mined, synced)} s; transactions, compact blocks and reorgs both ways`,
  )
}

const failures = []
for (const transport of ['v1', 'v2']) {
  for (const plydMines of [true, false]) {
    const plyd = new Daemon('plyd', [process.execPath, join(root, 'apps/node/bin/plyd.js')])
    const bitcoind = new Daemon('bitcoind', [values.bitcoind])
    const [miner, follower] = plydMines ? [plyd, bitcoind] : [bitcoind, plyd]
    try {
      await meet(transport, miner, follower)
    } catch (error) {
      failures.push(`${transport}: ${follower.name} follows ${miner.name}: ${error.message}`)
      console.error(`FAILED ${failures.at(-1)}`)
    } finally {
      await Promise.all([plyd.stop(), bitcoind.stop()])
    }
  }
}
console.log(`${checks} checks, ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
