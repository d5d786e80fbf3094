import { parseArgs } from 'node:util'
import { runKillTest } from './killTest.ts'
import { runLightningKillTest } from './lightningKillTest.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const kills = Number(values.kills ?? 10)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
console.log(`kill test: ${kills} kills, seed ${seed}`)
const log = (line: string): void => console.log(line)
if (values.only !== 'lightning') {
  await runKillTest({ kills, seed, log })
  console.log(`${kills} kills under blocks and transactions, nothing acknowledged was lost`)
}
if (values.only !== 'chain') {
  const payments = await runLightningKillTest({ kills, seed, log })
  console.log(`${kills} kills in the middle of payments, ${payments} payments settled, none lost`)
}
