import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bitcoindHelp } from '../commandLine.ts'
import { OPTION_TABLE } from './table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Our own code, without the tables of names and what only tests read. */
function readSources(): string {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const code = names.filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|^test\/|^bitcoind\/table\//.test(name.replaceAll('\\', '/')),
  )
  return code.map((name) => readFileSync(join(root, name), 'utf8')).join('\n')
}

/** Names that the code puts together. */
const COMPOSED = /^zmqpub(hashblock|hashtx|rawblock|rawtx|sequence)(hwm)?$/

test('every option is read somewhere, or says that it changes nothing', () => {
  const sources = readSources()
  // A name as a text or, where a table of ours turns names into settings, as a key.
  const isRead = (name: string): boolean =>
    ["'", '"', '`'].some((quote) => sources.includes(`${quote}${name}${quote}`)) ||
    sources.includes(`\n  ${name}: '`) ||
    COMPOSED.test(name)
  const entries = OPTION_TABLE.flatMap(([, all]) => all)
  const silent = entries.filter(({ name, unused }) => !unused && !isRead(name))
  expect(silent.map(({ name }) => name)).toEqual([])
})

test('the help says which options change nothing', () => {
  const help = bitcoindHelp(true)
  expect(help).toContain('coins are written all at once here (accepted, without effect)\n')
  expect(help.match(/accepted, without effect/g)!.length).toBeLessThan(15)
})
