import { parseArgs } from 'node:util'
import { runKillTest } from './killTest.ts'

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } })
const kills = Number(values.kills ?? 10)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
console.log(`kill test: ${kills} kills, seed ${seed}`)
await runKillTest({ kills, seed, log: (line) => console.log(line) })
console.log(`${kills} kills, nothing acknowledged was lost`)
