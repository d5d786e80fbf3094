// Calls made up from the table of methods: arguments that fit, arguments that do not, in every form a call can have.
import { readFileSync } from 'node:fs'
import { createPools, JUNK } from './arguments.mjs'

const table = JSON.parse(readFileSync(new URL('../../../docs/openrpc.json', import.meta.url), 'utf8'))

/** Methods that change what is compared afterwards, wait, reach out, or are somebody's own. */
const LEFT_OUT = new Set([
  ...['stop', 'waitfornewblock', 'waitforblock', 'waitforblockheight', 'mockscheduler', 'setmocktime', 'echoipc'],
  ...['addnode', 'addconnection', 'addpeeraddress', 'generate', 'dumptxoutset', 'logging', 'setnetworkactive'],
  ...['importmempool', 'getmemoryinfo', 'pruneblockchain', 'invalidateblock', 'reconsiderblock', 'preciousblock'],
  ...['generatetoaddress', 'generatetodescriptor', 'generateblock', 'reorg', 'setautomine', 'getautomine'],
  ...[
    'listlightning',
    'startlightning',
    'rpc.discover',
    'getzmqnotifications',
    'submitblock',
    'loadtxoutset',
    'exportasmap',
  ],
])

/** Methods without a wallet, as the table tells them: name and parameters. */
export const methods = table.methods.filter(({ name, tags }) => tags[0].name !== 'Wallet' && !LEFT_OUT.has(name))

export function* randomCalls(facts, random, rounds) {
  const pools = createPools(facts)
  for (let round = 0; round < rounds; round++) {
    const { name, params } = random.pick(methods)
    yield { method: name, params: randomParams(params, { pools, random }) }
  }
}

function valueFor({ name }, { pools, random }) {
  const fitting = pools[name]
  return fitting && random.chance(0.8) ? random.pick(fitting) : random.pick(JUNK)
}

function randomParams(params, context) {
  const { random } = context
  const wanted = random.chance(0.75) ? params.length : random.below(params.length + 2)
  const given = Array.from({ length: wanted }, (_, i) => valueFor(params[i] ?? { name: '' }, context))
  if (random.chance(0.7)) return `[${given.join(',')}]`
  const names = given.map((_, i) => params[i]?.name ?? 'nobody')
  if (random.chance(0.1) && names.length > 0) names.push(names[0])
  const from = random.chance(0.4) ? random.below(given.length + 1) : 0
  const named = names.slice(from).map((name, i) => `${JSON.stringify(name)}:${given[from + i] ?? 'null'}`)
  return `{${[...(from > 0 ? [`"args":[${given.slice(0, from).join(',')}]`] : []), ...named].join(',')}}`
}
