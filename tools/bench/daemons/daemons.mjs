// Starts plyd, or a bitcoind to compare with, on a fresh regtest folder, and talks JSON-RPC to it over one connection.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRpcClient, freePort, until } from '../../daemons/rpcClient.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** One that is kept: what is measured is the daemon, not the handshake. */
const ONE_CONNECTION = { keepAlive: true, maxSockets: 1 }

/** The path behind `--bitcoind`, undefined without. */
export function bitcoindPath(args = process.argv) {
  const at = args.indexOf('--bitcoind')
  return at < 0 ? undefined : args[at + 1]
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

async function start(name, command, args) {
  const folder = mkdtempSync(join(tmpdir(), 'ply-bench-'))
  const port = await freePort()
  const child = spawn(command, args(folder, port), { stdio: 'ignore' })
  const exited = new Promise((done) => child.on('exit', done))
  const cookiePath = join(folder, 'regtest/.cookie')
  const client = await until(`${name} to start`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} does not start`)
    if (!existsSync(cookiePath)) return undefined
    const candidate = createRpcClient({ name, port, cookie: readFileSync(cookiePath) }, ONE_CONNECTION)
    return candidate.call('getblockcount').then(
      () => candidate,
      () => candidate.close(),
    )
  })
  return {
    name,
    ...client,
    folder,
    async stop() {
      client.close()
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const startPlyd = (more = []) =>
  start('plyd', process.execPath, (folder, port) => [
    ...(process.env.PLYD_NODE_OPTIONS?.split(' ') ?? []),
    join(root, 'apps/node/bin/plyd.js'),
    ...['--datadir', folder, '--rpcport', String(port), '--port', '0', '--ln-port', '0', ...more],
  ])

export const startBitcoind = (program, more = []) =>
  start('bitcoind', program, (folder, port) => [
    '-regtest',
    `-datadir=${folder}`,
    `-rpcport=${port}`,
    // As plyd does on regtest, and without the checks of itself that only regtest has.
    ...['-txindex=1', '-listen=0', '-connect=0', '-dnsseed=0', '-fixedseeds=0', '-printtoconsole=0'],
    ...['-checkblockindex=0', '-checkmempool=0', ...more],
  ])

/** One starter for each daemon that is to be measured: plyd, and the bitcoind of `--bitcoind PATH`. */
export function daemons(more = { plyd: [], bitcoind: [] }) {
  const program = bitcoindPath()
  return [() => startPlyd(more.plyd), ...(program === undefined ? [] : [() => startBitcoind(program, more.bitcoind)])]
}
