import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'
import type { LinearNode } from './linearize.ts'

/** Consecutive members of an order that have been found to belong together. */
interface Group extends FeeAndSize {
  readonly members: readonly number[]
  /** What its members need (or, from behind, what needs them), around corners, themselves too. */
  readonly linked: ReadonlySet<number>
}

/**
 * Brings an order to the form in which the network's nodes keep it: one pass from the back, one from the front. In
 * each, what pays better goes past what it does not depend on, and takes with it what it does. The result is at least
 * as good; of an order that is the best already, only members of one chunk change places.
 */
export function postLinearize(nodes: readonly LinearNode[], order: readonly number[]): number[] {
  const backward = pass([...order].reverse(), nodes, {
    linked: reachable(nodes, order, 'children'),
    goesPast: (group, before) => compareFeeRate(group, before) < 0,
  }).reverse()
  return pass(backward, nodes, {
    linked: reachable(nodes, order, 'parents'),
    goesPast: (group, before) => compareFeeRate(group, before) > 0,
  })
}

interface Direction {
  readonly linked: ReadonlyMap<number, ReadonlySet<number>>
  readonly goesPast: (group: FeeAndSize, before: FeeAndSize) => boolean
}

function pass(order: readonly number[], nodes: readonly LinearNode[], { linked, goesPast }: Direction): number[] {
  const groups: Group[] = []
  for (const index of order) {
    const { fee, size } = nodes[index]!
    let group: Group = { fee, size, members: [index], linked: linked.get(index)! }
    let at = groups.length
    for (let before = groups[at - 1]; before && goesPast(group, before); before = groups[at - 1]) {
      const needed = group.linked
      if (before.members.some((member) => needed.has(member))) {
        group = join(before, group)
        groups.splice(at - 1, 1)
      }
      at--
    }
    groups.splice(at, 0, group)
  }
  return groups.flatMap(({ members }) => members)
}

const join = (first: Group, second: Group): Group => ({
  fee: first.fee + second.fee,
  size: first.size + second.size,
  members: [...first.members, ...second.members],
  linked: new Set([...first.linked, ...second.linked]),
})

/** All that each node needs, or that needs it; `order` has parents first. */
function reachable(
  nodes: readonly LinearNode[],
  order: readonly number[],
  which: 'parents' | 'children',
): Map<number, Set<number>> {
  const found = new Map(order.map((index) => [index, new Set([index])]))
  const upwards = which === 'parents'
  for (const index of upwards ? order : [...order].reverse()) {
    for (const parent of nodes[index]!.parents) {
      const [to, from] = upwards ? [index, parent] : [parent, index]
      for (const member of found.get(from)!) found.get(to)!.add(member)
    }
  }
  return found
}
