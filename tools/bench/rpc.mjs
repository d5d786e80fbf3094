// JSON-RPC over one kept connection: small calls per second, one after another and several sent ahead, beside what a bare
// TCP echo of the same bytes reaches here, which no server can pass; and a full block of 2000 transactions with all
// details. Beside a bitcoind if its path is given: --bitcoind PATH.
import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'
import { daemons, median } from './daemons/daemons.mjs'

const CALLS = 10_000
const ROUNDS = 5
const IN_FLIGHT = 8
const BLOCK_CALLS = 15

// The bundle lies beside the package whose native providers it loads.
const folder = join(fileURLToPath(new URL('../../', import.meta.url)), 'packages/io/runtime')
const benchchain = await ensureBundle(folder, '../../testing/benchchain/src/index.ts', 'bundle/bench/benchchain.js')
const { ensureChainFile, readChainFile } = await import(pathToFileURL(benchchain).href)
const blocks = readChainFile(ensureChainFile({ seed: 1, blocks: 1, transactionsPerBlock: 2000 }))

/** A client that costs next to nothing: one socket, one prepared request. */
function createCaller({ port, headers }, body) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const request = Buffer.from(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${headers.Authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  let missing = 0
  let head = ''
  let done
  socket.on('data', (chunk) => {
    if (missing === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      missing = Number(/content-length: *(\d+)/i.exec(head)[1]) - (head.length - end - 4)
      head = ''
    } else missing -= chunk.length
    if (missing === 0) done()
  })
  const call = () =>
    new Promise((resolve) => {
      done = resolve
      socket.write(request)
    })
  return { call, close: () => socket.destroy() }
}

const SMALL_BODY = '{"jsonrpc":"2.0","id":1,"method":"getblockcount","params":[]}'

/** Sends CALLS requests, each as soon as fewer than `inFlight` are unanswered; `end` counts the answers that end in a piece. */
function exchange({ port, request, inFlight, end }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const began = performance.now()
    let sent = 0
    let answered = 0
    const send = () => {
      const count = Math.min(CALLS - sent, inFlight - (sent - answered))
      for (let i = 0; i < count; i++) socket.write(request)
      sent += count
    }
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      answered += end(chunk)
      if (answered < CALLS) return send()
      socket.destroy()
      resolve((1000 * CALLS) / (performance.now() - began))
    })
    send()
  })
}

const smallRequest = (authorization) =>
  Buffer.from(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${SMALL_BODY.length}\r\n\r\n${SMALL_BODY}`,
  )

/** Counts how often `mark` ends in what came; it may come in two pieces. */
function createCounter(mark) {
  let before = ''
  return (chunk) => {
    const text = before + chunk.toString('latin1')
    const count = text.split(mark).length - 1
    before = text.slice(text.lastIndexOf(mark) < 0 ? 1 - mark.length : text.lastIndexOf(mark) + mark.length)
    return count
  }
}

async function callsPerSecond({ port, headers }, inFlight) {
  const rates = []
  for (let round = 0; round < ROUNDS; round++) {
    const end = createCounter('"id":1}\n')
    rates.push(await exchange({ port, request: smallRequest(headers.Authorization), inFlight, end }))
  }
  return median(rates)
}

/** The same bytes to a process that does nothing but send them back. */
async function echoesPerSecond() {
  const child = fork(fileURLToPath(new URL('echoServer.mjs', import.meta.url)))
  const port = await new Promise((resolve) => child.once('message', resolve))
  const request = smallRequest(`Basic ${'x'.repeat(100)}`)
  const rates = []
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = 0
    const end = (chunk) => {
      const before = Math.floor(bytes / request.length)
      bytes += chunk.length
      return Math.floor(bytes / request.length) - before
    }
    rates.push(await exchange({ port, request, inFlight: 1, end }))
  }
  child.kill()
  return median(rates)
}

async function blockMilliseconds(daemon, verbosity) {
  for (const block of blocks) await daemon.call('submitblock', Buffer.from(block).toString('hex'))
  const hash = await daemon.call('getbestblockhash')
  const { nTx } = await daemon.call('getblockheader', hash)
  if (nTx !== 2001) throw new Error(`${daemon.name} refused a block`)
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getblock', params: [hash, verbosity] })
  const caller = createCaller(daemon, body)
  const times = []
  for (let i = 0; i < BLOCK_CALLS; i++) {
    const began = performance.now()
    await caller.call()
    times.push(performance.now() - began)
  }
  caller.close()
  return median(times.slice(BLOCK_CALLS / 3))
}

const MEASURES = [
  ['getblockcount over a kept connection', 'calls/s', (daemon) => callsPerSecond(daemon, 1)],
  [`the same, ${IN_FLIGHT} requests in flight`, 'calls/s', (daemon) => callsPerSecond(daemon, IN_FLIGHT)],
  ['getblock of 2000 transactions, verbosity 1', 'ms', (daemon) => blockMilliseconds(daemon, 1)],
  ['getblock of 2000 transactions, verbosity 2', 'ms', (daemon) => blockMilliseconds(daemon, 2)],
  ['getblock of 2000 transactions, verbosity 3', 'ms', (daemon) => blockMilliseconds(daemon, 3)],
]

const results = []
for (const start of daemons()) {
  const daemon = await start()
  try {
    const figures = []
    for (const [, , measure] of MEASURES) figures.push(await measure(daemon))
    results.push({ name: daemon.name, figures })
  } finally {
    await daemon.stop()
  }
}
console.log(`a bare TCP echo of the same bytes, one after another: ${(await echoesPerSecond()).toFixed(0)} calls/s`)
MEASURES.forEach(([title, unit], i) => {
  const [own, ...others] = results.map(({ name, figures }) => ({ name, figure: figures[i] }))
  const show = (figure) => `${figure.toFixed(unit === 'ms' ? 1 : 0)} ${unit}`
  const ratios = others.map(({ name, figure }) => `, ${name} ${show(figure)} (${(own.figure / figure).toFixed(2)}×)`)
  console.log(`${title}: ${own.name} ${show(own.figure)}${ratios.join('')}`)
})
