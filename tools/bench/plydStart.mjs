// How long from starting a process to its first RPC answer, on a fresh folder: median of several starts.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRpcClient, freePort } from '../daemons/rpcClient.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const plyd = join(root, 'apps/node/bin/plyd.js')
const STARTS = 7

/** Whether it answers yet. */
async function answersAt(port, cookiePath) {
  if (!existsSync(cookiePath)) return false
  const client = createRpcClient({ name: 'plyd', port, cookie: readFileSync(cookiePath) })
  return client.call('getblockcount').then(
    () => true,
    () => false,
  )
}

async function measure(args) {
  const folder = mkdtempSync(join(tmpdir(), 'ply-bench-'))
  const port = await freePort()
  const started = performance.now()
  const all = [plyd, '--datadir', folder, '--rpcport', String(port), '--port', '0', '--ln-port', '0', ...args]
  const child = spawn(process.execPath, all, { stdio: 'ignore' })
  for (;;) {
    if (await answersAt(port, join(folder, 'regtest/.cookie'))) break
    await new Promise((done) => setTimeout(done, 2))
  }
  const elapsed = performance.now() - started
  await new Promise((done) => {
    child.on('exit', done)
    child.kill('SIGTERM')
  })
  rmSync(folder, { recursive: true, force: true })
  return elapsed
}

async function report(name, args) {
  const times = []
  for (let i = 0; i < STARTS; i++) times.push(await measure(args))
  times.sort((a, b) => a - b)
  console.log(`${name}: median ${times[STARTS >> 1].toFixed(0)} ms, best ${times[0].toFixed(0)} ms`)
}

await measure([])
await report('plyd, process start to first RPC answer', [])
await report('plyd with ten funded accounts', ['--accounts', '10'])
await report('plyd with one Lightning node', ['--ln', 'alice'])
