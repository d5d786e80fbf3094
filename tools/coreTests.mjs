// Runs Bitcoin Core's own functional tests, unmodified, against plyd:
//   node tools/coreTests.mjs --core PATH_TO_CORE_SOURCE [names…|--named|--all] [--jobs N] [--cli PATH_TO_BITCOIN_CLI]
//                            [--python PATH] [--timeout MINUTES] [--update] [--keep]
// Without names: those of tools/interop/core-functional-tests.txt, which all pass. --named: the 28 that the project
// promises. --all: every script of Core's test runner (those that need Core's wallet or a missing component skip
// themselves). --update adds what passed to the list. The bundle of plyd is built first where it is missing or old.
import { availableParallelism } from 'node:os'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureBundle } from './bundle.mjs'
import { prepareFolder } from './coreTests/folder.mjs'
import { NAMED } from './coreTests/named.mjs'
import { needsWallet, runTest } from './coreTests/runTest.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const listPath = join(root, 'tools/interop/core-functional-tests.txt')

function fail(message) {
  console.error(`Error: ${message}`)
  process.exit(2)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    core: { type: 'string' },
    cli: { type: 'string' },
    python: { type: 'string' },
    jobs: { type: 'string' },
    timeout: { type: 'string' },
    named: { type: 'boolean' },
    all: { type: 'boolean' },
    update: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const core = values.core ?? process.env.PLY_CORE_SOURCE ?? fail('where is the source of Bitcoin Core? --core PATH')
const functional = join(core, 'test/functional')
if (!existsSync(join(functional, 'test_runner.py'))) fail(`${core} holds no test/functional/test_runner.py`)

const readList = () =>
  existsSync(listPath)
    ? readFileSync(listPath, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    : []

/** The scripts of Core's runner with their arguments, without those of the tools that plyd has no part in. */
function everyTest() {
  const runner = readFileSync(join(functional, 'test_runner.py'), 'utf8')
  const lists = /^EXTENDED_SCRIPTS = \[[^\]]*\][^]*^BASE_SCRIPTS = \[[^\]]*\]/m.exec(runner)?.[0] ?? ''
  return [...lists.matchAll(/^\s*["']([a-z0-9_]+)\.py((?: [^"']*)?)["'],/gm)].map(([, name, args]) => name + args)
}

const wanted = positionals.length > 0 ? positionals : values.named ? NAMED : values.all ? everyTest() : readList()
if (wanted.length === 0) fail('no tests to run')

const plyd = await ensureBundle(join(root, 'apps/node'), 'src/main.ts', 'bundle/plyd.js', { workers: true })
const setup = prepareFolder({ core, functional, plyd, cli: values.cli, python: values.python })
const jobs = Number(values.jobs ?? Math.max(1, availableParallelism() >> 1))
const timeoutMinutes = Number(values.timeout ?? 60)

const results = []
const waiting = wanted.map((line, index) => ({ line, index: index + 1 }))
const width = Math.max(...wanted.map((line) => line.length))
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const result = await runTest(setup, { ...next, timeoutMinutes })
    results.push(result)
    const seconds = `${(result.ms / 1000).toFixed(1)} s`.padStart(8)
    console.log(`${result.outcome.padEnd(7)} ${result.line.padEnd(width)} ${seconds}  ${result.words}`)
  }
}
await runTest(setup, { line: 'create_cache', index: 0, timeoutMinutes })
await Promise.all(Array.from({ length: jobs }, work))

const count = (outcome) => results.filter((result) => result.outcome === outcome).length
if (values.update) {
  const [comment] = existsSync(listPath) ? readFileSync(listPath, 'utf8').match(/^#.*$/gm) : ['#']
  const passed = results.filter(({ outcome }) => outcome === 'passed').map(({ line }) => line)
  const lines = [...new Set([...readList(), ...passed])].sort()
  const [wallets, others] = [true, false].map((wanted) => lines.filter((line) => needsWallet(line) === wanted))
  writeFileSync(listPath, [comment, ...others, '', '# Of wallets', ...wallets, ''].join('\n'))
}
const failed = count('FAILED')
if (failed > 0 || values.keep) console.log(`Logs of the tests: ${setup.folder}`)
else setup.remove()
console.log(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`)
process.exit(failed === 0 ? 0 : 1)
