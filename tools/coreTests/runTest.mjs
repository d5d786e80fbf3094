import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Exit code of a test that has nothing to do here. */
const SKIPPED = 77
/** How many port ranges the framework tells apart. */
const PORT_SEEDS = 415

/** Where the framework puts a node's ports, and how many nodes a test may have. */
const FIRST_PORT = 11_000
const PORT_RANGE = 5000
const NODES = 12

/** True for tests of the wallet's methods. */
export const needsWallet = (name) =>
  name.startsWith('wallet_') || ['feature_notifications', 'rpc_help', 'rpc_psbt', 'rpc_signer'].includes(name)

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => done(true)))
  })

/** The next seed from `seed` on whose ports nobody has: other runs may be under way. */
async function freePortSeed(seed) {
  for (let next = seed % PORT_SEEDS; ; next = (next + 1) % PORT_SEEDS) {
    const first = FIRST_PORT + ((NODES * next) % (PORT_RANGE - 1 - NODES))
    const ports = Array.from({ length: NODES }, (_, i) => [first + i, first + i + PORT_RANGE]).flat()
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return next
  }
}

function lastWords(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  const error = lines.findLast(
    (line) => /^[\w.]*(Error|Exception|Failed\w*)\b/.test(line) || line.includes('(ERROR): Unexpected'),
  )
  return (error ?? lines.at(-1) ?? '').slice(0, 300)
}

function configFor({ config, walletConfig, clientConfig }, name) {
  if (name === 'interface_bitcoin_cli') return clientConfig
  return needsWallet(name) ? walletConfig : config
}

/** Runs one script of Core's and gives `passed`, `skipped` or `FAILED`, with the end of what it said. */
export async function runTest(setup, { line, index, timeoutMinutes }) {
  const [name, ...args] = line.replace(/^(\w+)\.py/, '$1').split(' ')
  const folder = join(setup.folder, 'tests')
  mkdirSync(folder, { recursive: true })
  const label = [name, ...args].join('').replaceAll(/[^\w-]/g, '')
  const log = join(folder, `${label}.log`)
  const tmpdir = join(folder, label)
  rmSync(tmpdir, { recursive: true, force: true })
  const started = Date.now()
  const child = spawn(
    setup.python,
    [
      join(setup.functional, `${name}.py`),
      ...args,
      `--configfile=${configFor(setup, name)}`,
      `--cachedir=${setup.cache}`,
      `--tmpdir=${tmpdir}`,
      `--portseed=${await freePortSeed(setup.firstPortSeed + index)}`,
      '--timeout-factor=4',
    ],
    { cwd: setup.folder, env: setup.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  )
  const output = createWriteStream(log)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  let late = false
  const timer = setTimeout(() => {
    late = true
    // With the nodes that it started.
    process.kill(-child.pid, 'SIGKILL')
  }, timeoutMinutes * 60_000)
  const code = await new Promise((done) => {
    child.on('error', () => done(-1))
    child.on('close', (status) => done(status ?? -1))
  })
  clearTimeout(timer)
  await new Promise((done) => output.end(done))
  const ms = Date.now() - started
  // As in Core's runner, a test that complains has not passed.
  if (code === 0 && errors === '') {
    rmSync(tmpdir, { recursive: true, force: true })
    return { line, outcome: 'passed', ms, words: '' }
  }
  if (code === SKIPPED) return { line, outcome: 'skipped', ms, words: '' }
  return { line, outcome: 'FAILED', ms, words: late ? 'took too long' : lastWords(log) }
}
