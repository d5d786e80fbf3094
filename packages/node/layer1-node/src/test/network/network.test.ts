import { expect, test } from 'vitest'
import { SimNetwork } from './simNetwork.ts'

test('honest nodes converge through kills, partitions and garbage', () => {
  const network = new SimNetwork({ honest: 4, adversaries: 1, seed: 1 })
  network.mine(80)
  network.settle()
  expect(network.disagreements()).toEqual([])
  expect(network.honest[0]!.chain.tip.height).toBeGreaterThan(40)
  const count = (...kinds: readonly string[]): number =>
    kinds.reduce((sum, kind) => sum + (network.tally.get(kind) ?? 0), 0)
  expect(count('kill', 'partition', 'cut')).toBeGreaterThan(3)
  expect(count('garbage')).toBeGreaterThan(3)
})

test('a seed always gives the same run', () => {
  const [one, other] = [0, 1].map(() => {
    const network = new SimNetwork({ honest: 3, adversaries: 1, seed: 7 })
    network.mine(15)
    return { tally: [...network.tally], tips: network.honest.map(({ chain }) => chain.tip.hash) }
  })
  expect(one).toEqual(other)
})
