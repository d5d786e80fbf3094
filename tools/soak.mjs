// Lets three plyds mine, pay, lose sight of each other and sync for a long time, and watches their memory:
//   node tools/soak.mjs [--minutes N]
// The coins cache is as small as it gets: it may grow up to its budget, and what must not grow would hide behind it.
// Fails if a process takes clearly more memory in the last third of the time than in the one before, or if they
// disagree.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { until } from './daemons/rpcClient.mjs'
import { Daemon } from './interop/daemon.mjs'
import { coinbase, mine, spend } from './interop/openCoins.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const { values } = parseArgs({ options: { minutes: { type: 'string' } } })
const minutes = Number(values.minutes ?? 60)
/** Memory goes up and down with the collector; what leaks in an hour is more than this. */
const TOLERANCE = 1.25
const MATURITY = 100
/** So many coinbases become so many coins each; a round moves some. */
const COINBASES = 20
const PARTS = 50
const MOVES = 10

const daemon = (name) => new Daemon(name, [process.execPath, join(root, 'apps/node/bin/plyd.js')])
const [first, second, third] = ['first', 'second', 'third'].map(daemon)
const nodes = [first, second, third]

/** Resident memory in MB. */
const memory = ({ pid }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
const average = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
const tip = (node) => node.call('getbestblockhash')

/** Coins to move around, the longest confirmed first: their number stays the same, so that memory should, too. */
const coins = []

/** The outputs of a payment join the end of the queue. */
async function pay(node, coin, parts) {
  const txid = await node.call('sendrawtransaction', spend(coin, parts), 0)
  const { vout } = await node.call('getrawtransaction', txid, true)
  for (const { n, value } of vout) coins.push({ txid, vout: n, value: BigInt(Math.round(value * 1e8)) })
}

/** Later coinbases are worth less with each halving: the first ones have to do. */
async function fund(node) {
  await mine(node, MATURITY + COINBASES)
  for (let height = 1; height <= COINBASES; height++) await pay(node, await coinbase(node, height), PARTS)
  await mine(node, 1)
}

async function agree() {
  await until('tips to agree', async () => new Set(await Promise.all(nodes.map(tip))).size === 1)
}

async function meet() {
  await second.call('addnode', first.address, 'onetry')
  await third.call('addnode', second.address, 'onetry')
  await agree()
}

/** The middle one turns its back; both ends go on, and one of them has to give up its blocks. */
async function part(round) {
  for (const { id } of await second.call('getpeerinfo')) await second.call('disconnectnode', '', id)
  await until('the ends to be alone', async () => (await second.call('getpeerinfo')).length === 0)
  await mine(first, 2)
  await mine(third, 3, round % 2 === 0 ? 'raw(51)' : undefined)
  await meet()
}

const samples = []
const deadline = Date.now() + minutes * 60_000
try {
  for (const node of nodes) await node.start('-txindex', '-dbcache=4')
  await fund(first)
  await meet()
  for (let round = 0; Date.now() < deadline; round++) {
    const payer = nodes[round % 3]
    for (const coin of coins.splice(0, MOVES)) await pay(payer, coin, 1)
    await mine(nodes[(round + 1) % 3], 1)
    await agree()
    if (round % 10 === 9) await part(round)
    samples.push(nodes.map(memory))
    if (round % 50 === 0) {
      const [height, now] = [await first.call('getblockcount'), samples.at(-1)]
      console.log(`round ${round}, height ${height}, memory ${now.map((each) => `${each.toFixed(0)} MB`).join(', ')}`)
    }
  }
  const third1 = samples.length / 3
  const failures = nodes.flatMap((node, i) => {
    const of = (from, to) => average(samples.slice(from * third1, to * third1).map((sample) => sample[i]))
    const [before, after] = [of(1, 2), of(2, 3)]
    console.log(`${node.name}: ${before.toFixed(0)} MB on average, then ${after.toFixed(0)} MB`)
    return after > before * TOLERANCE ? [node.name] : []
  })
  console.log(`${samples.length} rounds in ${minutes} minutes, ${failures.length} nodes grew`)
  process.exitCode = failures.length
} finally {
  for (const node of nodes) await node.stop()
}
