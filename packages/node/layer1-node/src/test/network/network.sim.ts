import { expect, test } from 'vitest'
import { SimNetwork } from './simNetwork.ts'

const seed = Number(process.env['PLY_SEED'] ?? Date.now() % 1_000_000)
const blocks = Number(process.env['PLY_STEPS'] ?? 10_000)
/** Blocks between two moments at which all must agree. */
const ROUND = 1000

test(`ten nodes converge: PLY_SEED=${seed} PLY_STEPS=${blocks}`, { timeout: 3_600_000 }, () => {
  const network = new SimNetwork({ honest: 10, adversaries: 2, seed })
  for (let mined = 0; mined < blocks; mined += ROUND) {
    network.mine(Math.min(ROUND, blocks - mined))
    network.settle()
    expect(network.disagreements()).toEqual([])
    console.log(`${mined + ROUND} blocks mined, all at ${network.honest[0]!.chain.tip.height}`)
  }
  console.log(`seed ${seed}`, Object.fromEntries(network.tally))
})
