// The main job on real processes and sockets: three plyd processes with a Lightning node each, driven by the wallet CLI.
// Mines, pays on chain, opens channels, routes a payment over two hops, closes, and counts every satoshi.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startPlyd, stopAll, until } from './demo/plyd.mjs'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'ply-demo-'))
const wallets = join(folder, 'wallets')
const terminal = process.stdout.isTTY === true
const bold = (text) => (terminal ? `\x1b[1m${text}\x1b[0m` : text)
const dim = (text) => (terminal ? `\x1b[2m${text}\x1b[0m` : text)
const sats = (amount) =>
  `${BigInt(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ')} sat`

function step(text) {
  console.log(`\n${bold(text)}`)
}

/** Runs the wallet CLI as a person would, against one plyd; prints the command and gives back its JSON value. */
async function ply(plyd, ...args) {
  const shown = args.map((arg) => (arg.length > 60 ? `${arg.slice(0, 28)}…` : arg)).join(' ')
  const started = Date.now()
  const { stdout } = await run(
    process.execPath,
    ['apps/wallet/bin/ply.js', '--json', '--yes', '--no-passphrase', ...args],
    {
      env: { ...process.env, PLY_DATADIR: wallets, PLYD_DATADIR: plyd.folder, PLY_RPC: plyd.rpc },
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  console.log(dim(`$ ply ${shown}   (${Date.now() - started} ms)`))
  return JSON.parse(stdout)
}

/** Calls plyd's JSON-RPC directly, for what a wallet has no command for. */
async function rpc(plyd, method, params = []) {
  const { readFileSync } = await import('node:fs')
  const authorization = `Basic ${Buffer.from(readFileSync(plyd.cookie, 'utf8').trim()).toString('base64')}`
  const response = await fetch(plyd.rpc, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = await response.json()
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

async function main() {
  step('Three plyd processes, each with its own chain and one Lightning node')
  const a = await startPlyd(join(folder, 'a'), ['--ln', 'alice'])
  const b = await startPlyd(join(folder, 'b'), ['--ln', 'bob', '--connect', a.p2p])
  const c = await startPlyd(join(folder, 'c'), ['--ln', 'carol', '--connect', b.p2p])
  const nodes = { alice: a, bob: b, carol: c }
  for (const [name, plyd] of Object.entries(nodes))
    console.log(
      `${name.padEnd(6)} rpc ${plyd.rpc}  p2p ${plyd.p2p}  ln ${plyd.lightning[0].id.slice(0, 16)}…@${plyd.lightning[0].address}`,
    )

  const height = async (plyd) => rpc(plyd, 'getblockcount')
  /** Mines at alice's plyd; the others get the blocks from their peers. */
  const mine = async (blocks) => {
    await ply(a, 'mine', String(blocks))
    const target = await height(a)
    for (const plyd of [b, c]) await until('the blocks to reach every node', async () => (await height(plyd)) >= target)
    for (const [name, plyd] of Object.entries(nodes)) {
      await until(
        `${name} to see block ${target}`,
        async () => (await lightning(plyd, name, 'getinfo')).blockheight >= target,
      )
    }
  }
  const lightning = (plyd, name, method, params = {}) =>
    rpc({ ...plyd, rpc: new URL(`/lightning/${name}`, plyd.rpc).href }, method, params)

  step('Two wallets; mine 101 blocks; pay on chain')
  await ply(a, 'create')
  await ply(a, 'create', '--wallet', 'friend')
  await mine(101)
  const friend = await ply(a, 'receive', '--wallet', 'friend')
  await ply(a, 'send', friend.address, '1.5btc')
  for (const [name, plyd] of Object.entries({ alice: a, bob: b })) {
    const { address } = await ply(plyd, 'ln', 'address', '--node', name)
    await ply(a, 'send', address, '1btc')
  }
  await mine(1)
  console.log(`friend has ${sats((await ply(a, 'balance', '--wallet', 'friend')).total_sat)}`)

  step('Channels alice → bob → carol')
  const peer = ({ id, address }) => `${id}@${address}`
  await ply(a, 'ln', 'connect', peer(b.lightning[0]), '--node', 'alice')
  await ply(b, 'ln', 'connect', peer(c.lightning[0]), '--node', 'bob')
  await ply(a, 'ln', 'open', b.lightning[0].id, '0.05btc', '--node', 'alice')
  await ply(b, 'ln', 'open', c.lightning[0].id, '0.05btc', '--node', 'bob')
  await until("bob's funding transaction to reach the miner", async () => (await rpc(a, 'getrawmempool')).length >= 2)
  await mine(6)
  await until(
    'alice to learn of both channels by gossip',
    async () => (await lightning(a, 'alice', 'listchannels')).channels.length >= 4,
  )

  step('A payment over two hops')
  const { bolt11 } = await ply(c, 'ln', 'invoice', '250000sat', 'a two-hop tea', '--node', 'carol')
  const paid = await ply(a, 'ln', 'pay', bolt11, '--node', 'alice')
  const fee = BigInt(paid.amount_sent_msat) - BigInt(paid.amount_msat)
  console.log(
    `paid ${paid.amount_msat} msat, fee to bob ${fee} msat, preimage ${String(paid.payment_preimage).slice(0, 16)}…`,
  )

  step('Close both channels; the coins come home')
  await ply(a, 'ln', 'close', b.lightning[0].id, '--node', 'alice')
  await ply(b, 'ln', 'close', c.lightning[0].id, '--node', 'bob')
  await until('both closing transactions to reach the miner', async () => (await rpc(a, 'getrawmempool')).length >= 2)
  await mine(1)

  step('Every satoshi')
  const rows = []
  for (const wallet of ['default', 'friend']) {
    const balance = await ply(a, 'balance', '--wallet', wallet)
    rows.push([wallet === 'default' ? 'miner' : wallet, BigInt(balance.total_sat)])
  }
  for (const [name, plyd] of Object.entries(nodes)) {
    const balance = await ply(plyd, 'ln', 'balance', '--node', name)
    rows.push([name, BigInt(balance.total_msat) / 1000n])
  }
  const total = rows.reduce((sum, [, amount]) => sum + amount, 0n)
  const blocks = await height(a)
  // Regtest pays 50 btc a block and halves every 150 blocks; the genesis coin is nobody's.
  let mined = 0n
  for (let at = 1; at <= blocks; at++) mined += 5_000_000_000n >> BigInt(Math.floor(at / 150))
  for (const [name, amount] of rows) console.log(`${name.padEnd(8)}${sats(amount).padStart(24)}`)
  console.log(`${'together'.padEnd(8)}${sats(total).padStart(24)}`)
  console.log(`${'mined'.padEnd(8)}${sats(mined).padStart(24)}   (${blocks} blocks)`)
  if (total !== mined) throw new Error(`the balances miss ${mined - total} sat`)
  console.log(bold('It adds up, to the satoshi.'))

  if (terminal && process.stdin.isTTY) {
    console.log(
      `\nThe three nodes keep running. In another terminal:\n  export PLY_DATADIR=${wallets} PLYD_DATADIR=${a.folder} PLY_RPC=${a.rpc}\n  npx ply balance --no-passphrase\n  npx ply ln info --node alice\nCtrl-C stops them.`,
    )
    await new Promise((resolve) => process.once('SIGINT', resolve))
  }
}

process.on('SIGTERM', () => void stopAll().then(() => process.exit(143)))
try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
  rmSync(folder, { recursive: true, force: true })
}
