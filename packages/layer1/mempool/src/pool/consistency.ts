import { assert } from '@ply/bytes'
import { outPointKey, type OutPoint } from '@ply/primitives'
import type { MempoolEntry } from './entry.ts'
import type { MempoolGraph } from './graph.ts'
import type { MiningPackage } from './miningOrder.ts'

/** A pool as this looks at it. */
export interface PoolView {
  readonly graph: MempoolGraph
  packages(): readonly MiningPackage[]
}

/** Every input is spent once and exists, in the pool or as a coin; entries know their relatives. */
function checkInputs(graph: MempoolGraph, isCoin: (outpoint: OutPoint) => boolean): void {
  const spent = new Set<string>()
  for (const entry of graph.entries()) {
    for (const { prevout } of entry.tx.inputs) {
      const key = outPointKey(prevout)
      assert(!spent.has(key), 'two entries of the mempool spend the same output')
      spent.add(key)
      const parent = graph.get(prevout.txid)
      assert(parent !== undefined || isCoin(prevout), 'an entry of the mempool spends what does not exist')
      assert(!parent || (entry.parents.has(parent) && parent.children.has(entry)), 'an entry does not know its parent')
    }
  }
}

function checkTotals(graph: MempoolGraph): void {
  let [vsize, usage, fees] = [0, 0, 0n]
  for (const entry of graph.entries()) {
    vsize += entry.vsize
    usage += entry.usage
    fees += entry.fee
    assert(entry.cluster?.entries.has(entry) === true, 'an entry of the mempool is in no cluster')
  }
  assert(graph.vsize === vsize, 'the mempool miscounts its size')
  assert(graph.usage === usage, 'the mempool miscounts its memory')
  assert(graph.fees === fees, 'the mempool miscounts its fees')
  const clustered = [...graph.clusters].reduce((sum, { entries }) => sum + entries.size, 0)
  assert(clustered === graph.size, 'an entry of the mempool is in two clusters')
}

/** Each entry is mined once, after its parents. */
function checkMiningOrder({ graph, packages }: PoolView): void {
  const placed = new Set<MempoolEntry>()
  for (const { entries } of packages()) {
    for (const entry of entries) {
      for (const parent of entry.parents) assert(placed.has(parent), 'a child would be mined before its parent')
      placed.add(entry)
    }
  }
  assert(placed.size === graph.size, 'an entry of the mempool would not be mined')
}

/** Throws `InvariantError` unless the whole pool holds together (`-checkmempool`). `isCoin`: whether the chain has it. */
export function checkPoolConsistency(pool: PoolView, isCoin: (outpoint: OutPoint) => boolean): void {
  checkInputs(pool.graph, isCoin)
  checkTotals(pool.graph)
  checkMiningOrder({ graph: pool.graph, packages: () => pool.packages() })
}
