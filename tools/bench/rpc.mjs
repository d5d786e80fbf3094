// JSON-RPC over one kept connection: small calls per second, and a full block of 2000 transactions with all details;
// beside a bitcoind if its path is given: --bitcoind PATH.
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBundle } from '../bundle.mjs'
import { daemons, median } from './daemons/daemons.mjs'

const CALLS = 10_000
const ROUNDS = 5
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

async function callsPerSecond(daemon) {
  const body = '{"jsonrpc":"2.0","id":1,"method":"getblockcount","params":[]}'
  const caller = createCaller(daemon, body)
  const rates = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    for (let i = 0; i < CALLS; i++) await caller.call()
    rates.push((1000 * CALLS) / (performance.now() - began))
  }
  caller.close()
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
  ['getblockcount over a kept connection', 'calls/s', callsPerSecond],
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
MEASURES.forEach(([title, unit], i) => {
  const [own, ...others] = results.map(({ name, figures }) => ({ name, figure: figures[i] }))
  const show = (figure) => `${figure.toFixed(unit === 'ms' ? 1 : 0)} ${unit}`
  const ratios = others.map(({ name, figure }) => `, ${name} ${show(figure)} (${(own.figure / figure).toFixed(2)}×)`)
  console.log(`${title}: ${own.name} ${show(own.figure)}${ratios.join('')}`)
})
