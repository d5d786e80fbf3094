// How long from starting a process to its first RPC answer, on a fresh folder: median of several starts.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const plyd = join(root, 'apps/node/bin/plyd.js')
const STARTS = 7

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

const ask = (port, cookie) =>
  new Promise((done) => {
    const headers = { Authorization: `Basic ${Buffer.from(cookie).toString('base64')}` }
    const call = request({ host: '127.0.0.1', port, method: 'POST', headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => (text += chunk))
      answer.on('end', () => done(answer.statusCode === 200 ? JSON.parse(text) : undefined))
    })
    call.on('error', () => done(undefined))
    call.end('{"jsonrpc":"2.0","id":1,"method":"getblockcount"}')
  })

async function measure(args) {
  const folder = mkdtempSync(join(tmpdir(), 'ply-bench-'))
  const port = await freePort()
  const started = performance.now()
  const all = [plyd, '--datadir', folder, '--rpcport', String(port), '--port', '0', '--ln-port', '0', ...args]
  const child = spawn(process.execPath, all, { stdio: 'ignore' })
  for (;;) {
    let cookie = ''
    try {
      cookie = readFileSync(join(folder, 'regtest/.cookie'), 'utf8')
    } catch {
      // Not there yet.
    }
    const answer = cookie === '' ? undefined : await ask(port, cookie)
    if (answer?.result !== undefined) break
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
