// Starts plyd, or a bitcoind to compare with, on a fresh regtest folder, and talks JSON-RPC to it over one connection.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const START_TIMEOUT_MS = 60_000

/** The path behind `--bitcoind`, undefined without. */
export function bitcoindPath(args = process.argv) {
  const at = args.indexOf('--bitcoind')
  return at < 0 ? undefined : args[at + 1]
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

export const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

/** A client with one connection, which it keeps. `post` resolves with the text of the answer. */
function createClient(port, cookie) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { Authorization: `Basic ${Buffer.from(cookie).toString('base64')}` }
  const post = (body) =>
    new Promise((done, failed) => {
      const call = request({ host: '127.0.0.1', port, method: 'POST', headers, agent }, (answer) => {
        const chunks = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () => done(Buffer.concat(chunks).toString()))
      })
      call.on('error', failed)
      call.end(body)
    })
  return { port, headers, post, close: () => agent.destroy() }
}

async function start(name, command, args) {
  const folder = mkdtempSync(join(tmpdir(), 'ply-bench-'))
  const port = await freePort()
  const child = spawn(command, args(folder, port), { stdio: 'ignore' })
  const exited = new Promise((done) => child.on('exit', done))
  const cookiePath = join(folder, 'regtest/.cookie')
  const deadline = performance.now() + START_TIMEOUT_MS
  let client
  for (;;) {
    try {
      client = createClient(port, readFileSync(cookiePath, 'utf8'))
      if (JSON.parse(await client.post('{"method":"getblockcount"}')).error === null) break
    } catch {
      // Not there yet.
    }
    client?.close()
    if (performance.now() > deadline || child.exitCode !== null) throw new Error(`${name} does not start`)
    await new Promise((done) => setTimeout(done, 20))
  }
  return {
    name,
    ...client,
    folder,
    async call(method, ...params) {
      const { result, error } = JSON.parse(await client.post(JSON.stringify({ method, params })))
      if (error) throw new Error(`${name}: ${method}: ${error.message}`)
      return result
    },
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
