// Puts Core Lightning on top of plyd, and beside Ply's own Lightning nodes:
//   node tools/interop/coreLightning.mjs --lightningd PATH --bitcoin-cli PATH [scenario…]
// The lightningds take plyd for their bitcoind, through an unchanged bitcoin-cli. Then they open channels with a node
// inside plyd, pay, route, lose connections, and close in every way that there is; no satoshi may be missing.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Network } from './coreLightning/network.mjs'
import { Report } from './coreLightning/report.mjs'
import { absences } from './coreLightning/scenarios/absences.mjs'
import { channels } from './coreLightning/scenarios/channels.mjs'
import { forcedCloses } from './coreLightning/scenarios/forcedCloses.mjs'
import { leastAccess } from './coreLightning/scenarios/leastAccess.mjs'
import { mutualCloses } from './coreLightning/scenarios/mutualCloses.mjs'
import { onPlyd } from './coreLightning/scenarios/onPlyd.mjs'
import { penalties } from './coreLightning/scenarios/penalties.mjs'
import { routes } from './coreLightning/scenarios/routes.mjs'
import { variants } from './coreLightning/scenarios/variants.mjs'

const SCENARIOS = { onPlyd, leastAccess, channels, routes, mutualCloses, forcedCloses, absences, penalties, variants }

const root = fileURLToPath(new URL('../../', import.meta.url))
const { values, positionals } = parseArgs({
  options: { lightningd: { type: 'string' }, 'bitcoin-cli': { type: 'string' }, logs: { type: 'boolean' } },
  allowPositionals: true,
})
const unknown = positionals.find((name) => !(name in SCENARIOS))
if (!values.lightningd || !values['bitcoin-cli'] || unknown !== undefined) {
  throw new Error(`say --lightningd PATH --bitcoin-cli PATH [${Object.keys(SCENARIOS).join('|')}…] [--logs]`)
}
const missing = [values.lightningd, values['bitcoin-cli']].find((path) => !existsSync(path))
if (missing !== undefined) throw new Error(`there is no ${missing}`)
const programs = {
  lightningd: values.lightningd,
  bitcoinCli: values['bitcoin-cli'],
  plyd: [process.execPath, join(root, 'apps/node/bin/plyd.js')],
}

const report = new Report()
for (const name of positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) {
  const network = new Network(programs)
  const ended = await report.scenario(name, () => SCENARIOS[name]({ network, report }))
  if (ended && values.logs) console.error(ended.stack, network.lastWords())
  await network.stop()
}
console.log(`${report.made} checks, ${report.failed} failed`)
process.exitCode = report.failed === 0 ? 0 : 1
