import { expect, test } from 'vitest'
import { NodeSimulation } from './nodeSimulation.ts'

test('a node on disk keeps its books through reorgs, double spends and restarts', async () => {
  const simulation = await NodeSimulation.start(3)
  try {
    for (let i = 0; i < 30; i++) await simulation.step()
    expect([...simulation.tally.keys()].toSorted()).toEqual(
      ['double spend', 'invalidate', 'mine', 'pay', 'reorg', 'restart'].toSorted(),
    )
  } finally {
    await simulation.stop()
  }
})
