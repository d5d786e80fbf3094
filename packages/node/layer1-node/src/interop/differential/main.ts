import { chooseCryptoProvider } from '@ply/runtime'
import { startBitcoind } from './bitcoind.ts'
import { repeatCoinbase } from './blockBoundaries.ts'
import { runBoundaries } from './boundaries.ts'
import { Duel } from './duel.ts'
import { startOwnNode } from './ownNode.ts'
import { blockWithBadTransaction, mutatedBlock, mutatedTransaction, mutationNames, randomStep } from './randomSteps.ts'
import { Run } from './run.ts'
import type { Setup } from './side.ts'

const NOW = 1_700_000_000

const SETUPS: readonly Setup[] = [
  { name: 'standard', requireStandard: true, activation: {}, policy: {}, now: NOW },
  { name: 'nonstandard', requireStandard: false, activation: {}, policy: {}, bip94: true, now: NOW },
  {
    name: 'late',
    requireStandard: false,
    activation: { segwit: 140, bip34: 160, dersig: 130, cltv: 150, csv: 170 },
    policy: {},
    now: NOW,
  },
  {
    name: 'strict',
    requireStandard: true,
    activation: {},
    policy: {
      datacarriersize: 42,
      permitbaremultisig: 0,
      minrelaytxfee: 1500,
      incrementalrelayfee: 700,
      dustrelayfee: 5000,
      limitclustercount: 5,
      limitclustersize: 11,
    },
    now: NOW,
  },
]

interface Options {
  readonly bitcoind: string
  readonly seed: number
  readonly steps: number
  readonly only: string | undefined
}

function readOptions(args: readonly string[]): Options {
  const value = (name: string): string | undefined => {
    const at = args.indexOf(name)
    return at >= 0 ? args[at + 1] : undefined
  }
  const bitcoind = value('--bitcoind')
  if (bitcoind === undefined) throw new Error('say --bitcoind PATH [--seed N] [--steps N] [--setup NAME]')
  return {
    bitcoind,
    seed: Number(value('--seed') ?? 1),
    steps: Number(value('--steps') ?? 400),
    only: value('--setup'),
  }
}

const MATURE = 110

async function everyMutation(run: Run): Promise<void> {
  for (const name of mutationNames.blocks) await mutatedBlock(run, name)
  for (const name of mutationNames.txs) {
    await mutatedTransaction(run, name)
    await blockWithBadTransaction(run, name)
  }
}

async function duelOver(setup: Setup, { bitcoind, seed, steps }: Options): Promise<Duel> {
  const own = await startOwnNode(setup)
  const core = await startBitcoind(bitcoind, setup)
  const duel = new Duel(own, core, setup.name)
  const run = new Run(duel, setup, seed)
  try {
    if ((setup.activation.bip34 ?? 0) > MATURE) await run.mineRepeatable()
    await run.mine(MATURE)
    await duel.compareCoins('first blocks')
    for (let i = 0; i < 6; i++) await run.extend('spread', await run.blockContents(12, 0.5))
    await repeatCoinbase(run)
    const rulesComplete = Math.max(0, ...Object.values(setup.activation))
    if (run.tip.height < rulesComplete) {
      await everyMutation(run)
      while (run.tip.height < rulesComplete) await randomStep(run)
    }
    await runBoundaries(run)
    await everyMutation(run)
    for (duel.step = 1; duel.step <= steps; duel.step++) {
      await randomStep(run)
      if (duel.step % 50 === 0) await duel.compareCoins('now and then')
      if (duel.step % 100 === 0) console.error(`${setup.name}: step ${duel.step}, ${duel.disagreements.length} differ`)
    }
    await duel.compareCoins('at the end')
  } finally {
    await own.stop()
    await core.stop()
  }
  return duel
}

/** What stands between the common beginning and the common end of two texts, with a little of both. */
function apart(a: string, b: string): readonly [string, string] {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const from = Math.max(0, start - 60)
  return [cut(a.slice(from, a.length - Math.max(0, end - 60))), cut(b.slice(from, b.length - Math.max(0, end - 60)))]
}

const cut = (text: string, length = 400): string => (text.length > length ? `${text.slice(0, length)}…` : text)

function report(duels: readonly Duel[], { seed }: Options): void {
  const totals = new Map<string, number>()
  for (const { counts } of duels) for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count)
  for (const name of [...totals.keys()].sort()) console.log(`${String(totals.get(name)).padStart(6)}  ${name}`)
  const all = duels.flatMap(({ disagreements }) => disagreements)
  const seen = new Map<string, number>()
  for (const each of all) {
    const kind = `${each.method} ${each.ours.replace(/[0-9a-f]{8,}|\d+/g, '#')} ${each.theirs.replace(/[0-9a-f]{8,}|\d+/g, '#')}`
    const before = seen.get(kind) ?? 0
    seen.set(kind, before + 1)
    if (before >= 2) continue
    console.log(`\nDIFFERENCE in ${each.setup}, seed ${seed}, step ${each.step}: ${each.what}, ${each.method}`)
    const [ours, theirs] = apart(each.ours, each.theirs)
    console.log(`  ours:   ${ours}\n  theirs: ${theirs}`)
    console.log(`  params: ${cut(JSON.stringify(each.params), 3000)}`)
  }
  const questions = duels.reduce((sum, duel) => sum + duel.questions, 0)
  console.log(`\n${questions} questions, ${totals.size} different verdicts, ${all.length} differences`)
}

const options = readOptions(process.argv.slice(2))
await chooseCryptoProvider()
const duels: Duel[] = []
for (const setup of SETUPS) {
  if (options.only === undefined || options.only === setup.name) duels.push(await duelOver(setup, options))
}
report(duels, options)
process.exitCode = duels.some(({ disagreements }) => disagreements.length > 0) ? 1 : 0
