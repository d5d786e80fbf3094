// Tells a real bitcoind and our node the same and compares every byte of what they answer:
//   node tools/interop/rpcDifferential.mjs --bitcoind PATH [--seed N] [--rounds N] [--part NAME…] [--verbose]
import { parseArgs } from 'node:util'
import { compareHttp } from './twins/compareHttp.mjs'
import { comparePeers } from './twins/comparePeers.mjs'
import { compareRest } from './twins/compareRest.mjs'
import { collectFacts } from './twins/facts.mjs'
import { confirmSome, fillPool } from './twins/pool.mjs'
import { createRandom } from './twins/random.mjs'
import { randomCalls } from './twins/randomCalls.mjs'
import { Report } from './twins/report.mjs'
import { Scenario } from './twins/scenario.mjs'
import { Twins } from './twins/twins.mjs'

const { values } = parseArgs({
  options: {
    bitcoind: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '2000' },
    part: { type: 'string', multiple: true },
    verbose: { type: 'boolean', default: false },
  },
})
if (!values.bitcoind) throw new Error('say --bitcoind PATH [--seed N] [--rounds N] [--part NAME…]')

const runPart = (name, run) => ((values.part?.includes(name) ?? true) ? run() : undefined)

const report = new Report({ verbose: values.verbose })
const twins = new Twins(values.bitcoind, report)
try {
  await twins.start(
    '-txindex',
    '-blockfilterindex',
    '-coinstatsindex',
    '-txospenderindex',
    '-disablewallet',
    '-rest',
    '-peerblockfilters',
    '-peerbloomfilters',
    '-v2transport=0',
  )
  const scenario = new Scenario(twins)
  await scenario.learnSolutions()
  await scenario.build()
  await confirmSome(scenario)
  await fillPool(scenario)
  const facts = await collectFacts(scenario)
  const random = createRandom(Number(values.seed))
  await runPart('http', () => compareHttp(twins))
  await runPart('rest', () => compareRest(twins, facts))
  await runPart('peers', () => comparePeers(twins, facts))
  await runPart('random', async () => {
    for (const { method, params } of randomCalls(facts, random, Number(values.rounds))) await twins.call(method, params)
  })
} finally {
  await twins.stop()
}
console.log(`${report.exchanges} exchanges, ${report.kinds} kinds of differences`)
process.exitCode = report.kinds === 0 ? 0 : 1
