// Every REST endpoint in every format, with good and bad arguments.
import { compareExchange } from './compareHttp.mjs'
import { formatRequest } from './http.mjs'

const FORMATS = ['.json', '.hex', '.bin', '', '.x', '.json?x=1', '.JSON', '.json/', '.bin.json']

function paths(facts) {
  const value = (text) => JSON.parse(text)
  const hashes = [facts.hashes[3], facts.hashes.at(-1), facts.hashes[8]].map(value)
  const odd = ['', '0', 'zz', 'ab'.repeat(32), 'ab'.repeat(31), `${hashes[0]}/`, hashes[0].toUpperCase(), '-1', '%00']
  const txids = [facts.confirmed[0], facts.confirmed.at(-1), facts.waiting[0]].map(value)
  const counts = ['0', '1', '5', '2000', '2001', '-1', 'x', '01', '1.5', '99999999999999999999']
  const outpoints = facts.outpoints
    .slice(0, 6)
    .map(value)
    .map(({ txid, vout }) => `${txid}-${vout}`)
  return [
    ...[...hashes, ...odd].flatMap((hash) => [
      `block/${hash}`,
      `block/notxdetails/${hash}`,
      `spenttxouts/${hash}`,
      `blockfilter/basic/${hash}`,
      `deploymentinfo/${hash}`,
      `blockpart/${hash}`,
    ]),
    ...hashes.flatMap((hash) =>
      counts.flatMap((count) => [`headers/${count}/${hash}`, `blockfilterheaders/basic/${count}/${hash}`]),
    ),
    ...[...txids, ...odd].map((txid) => `tx/${txid}`),
    ...counts.map((count) => `blockhashbyheight/${count}`),
    ...[
      'chaininfo',
      'deploymentinfo',
      'mempool/info',
      'mempool/contents',
      'mempool/x',
      'mempool',
      'mempool/',
      'x',
      '',
      'headers',
      'headers/',
      'block',
      'tx',
      'getutxos',
      'getutxos/',
      'getutxos/checkmempool',
    ],
    `getutxos/${outpoints[0]}`,
    `getutxos/checkmempool/${outpoints.join('/')}`,
    `getutxos/${outpoints.join('/')}`,
    `getutxos/x-0`,
    `getutxos/${txids[0]}`,
    `getutxos/${txids[0]}-`,
    `getutxos/${txids[0]}--1`,
    `getutxos/${txids[0]}-x`,
    `getutxos/${txids[0]}-4294967296`,
    `getutxos/${Array(16).fill(outpoints[0]).join('/')}`,
    `getutxos/checkmempool/checkmempool`,
    `blockfilter/x/${hashes[0]}`,
    `blockfilter/${hashes[0]}`,
    `blockfilterheaders/basic/${hashes[0]}`,
    `headers/${hashes[0]}`,
    `blockfilterheaders/${hashes[0]}`,
  ]
}

const QUERIES = (hash) => [
  `/rest/headers/${hash}.json?count=3`,
  `/rest/headers/${hash}.json?count=x`,
  `/rest/headers/${hash}.json?count=0`,
  `/rest/headers/${hash}.json?count=2001`,
  `/rest/headers/${hash}.json?count=`,
  `/rest/headers/${hash}.json?count=1&count=2`,
  `/rest/headers/${hash}.json?cou%6et=2`,
  `/rest/headers/${hash}.json?%zz`,
  `/rest/mempool/contents.json?verbose=false`,
  `/rest/mempool/contents.json?verbose=x`,
  `/rest/mempool/contents.json?verbose=true&mempool_sequence=true`,
  `/rest/mempool/contents.json?verbose=false&mempool_sequence=true`,
  `/rest/mempool/contents.json?mempool_sequence=x`,
  ...[
    'offset=0&size=80',
    'offset=80&size=1',
    'offset=1',
    'size=1',
    'offset=-1&size=1',
    'offset=0&size=0',
    'offset=99999&size=1',
    'offset=x&size=1',
    'offset=0&size=99999999',
    'offset=4294967295&size=1',
  ].flatMap((query) => ['.bin', '.hex', '.json'].map((format) => `/rest/blockpart/${hash}${format}?${query}`)),
  `/rest/blockfilterheaders/basic/${hash}.json?count=2`,
  `/rest/tx/${hash}.json?x`,
  `/rest/block/${hash}`,
  `/rest/../rest/chaininfo.json`,
  `/rest//chaininfo.json`,
  `/REST/chaininfo.json`,
  `/rest/chaininfo.json#x`,
]

export async function compareRest(twins, facts) {
  const ask = (path, more = {}) =>
    compareExchange(twins, `REST ${path.split('/')[2]}`, () => formatRequest({ method: 'GET', path, ...more }), {
      seconds: 2,
    })
  for (const path of paths(facts)) for (const format of FORMATS) await ask(`/rest/${path}${format}`)
  for (const path of QUERIES(JSON.parse(facts.hashes[3]))) await ask(path)
  const binary = Buffer.from(
    `01${'01'}${Buffer.from(JSON.parse(facts.confirmed[0]), 'hex').reverse().toString('hex')}00000000`,
    'hex',
  )
  for (const format of ['.bin', '.hex', '.json']) {
    for (const body of [binary, binary.toString('hex'), '', 'zz', binary.subarray(0, 10)]) {
      for (const method of ['POST', 'GET']) {
        await ask(`/rest/getutxos${format}`, { method, body, headers: { 'Content-Length': Buffer.byteLength(body) } })
        await ask(`/rest/getutxos/checkmempool${format}`, {
          method,
          body,
          headers: { 'Content-Length': Buffer.byteLength(body) },
        })
      }
    }
  }
  for (const method of ['PUT', 'HEAD', 'DELETE', 'POST'])
    await ask('/rest/chaininfo.json', { method, headers: { 'Content-Length': 0 } })
}
