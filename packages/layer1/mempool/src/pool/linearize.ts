import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'
import { FlowNetwork } from './flowNetwork.ts'
import { placeChunks } from './placeChunks.ts'
import { postLinearize } from './postLinearize.ts'

/** A transaction as the ordering sees it. `parents` are indices into the same list. */
export interface LinearNode extends FeeAndSize {
  readonly parents: readonly number[]
}

/** A run of the order that is taken or left as one; `members` are indices, parents first. */
export interface Chunk extends FeeAndSize {
  readonly members: readonly number[]
}

/**
 * The best order in which to mine transactions that depend on each other, cut into chunks of falling feerate: no other
 * order pays more for any amount of room. Chunks are as small as they can be; of several such orders it is the one that
 * Bitcoin Core takes, whose ties fall by the order of the list.
 */
export function computeChunks(nodes: readonly LinearNode[]): Chunk[] {
  return cutIntoChunks(nodes, postLinearize(nodes, placeChunks(nodes, splitAll(nodes))))
}

/**
 * A set is split where a part of it that needs nothing else pays better than the whole. The best such part is what a
 * maximum flow leaves reachable (a maximum-weight closure, each weight being the fee above the average feerate); where
 * there is none, the set falls apart only into parts of the very same feerate.
 */
function splitAll(nodes: readonly LinearNode[]): (readonly number[])[] {
  const chunks: (readonly number[])[] = []
  const waiting: number[][] = nodes.length > 0 ? [[...nodes.keys()]] : []
  for (let set = waiting.pop(); set; set = waiting.pop()) {
    const parts = split(nodes, set)
    if (parts.length > 1) waiting.push(...parts)
    else chunks.push(set)
  }
  return chunks
}

/** The runs of an order that are mined as one: what pays better than those before it takes them in. */
function cutIntoChunks(nodes: readonly LinearNode[], order: readonly number[]): Chunk[] {
  const chunks: Chunk[] = []
  for (const index of order) {
    const { fee, size } = nodes[index]!
    let chunk: Chunk = { fee, size, members: [index] }
    for (let before = chunks.at(-1); before && compareFeeRate(chunk, before) > 0; before = chunks.at(-1)) {
      chunks.pop()
      const members = [...before.members, ...chunk.members]
      chunk = { fee: before.fee + chunk.fee, size: before.size + chunk.size, members }
    }
    chunks.push(chunk)
  }
  return chunks
}

/** The parts of a set, those to be mined first in front; only itself if it cannot be split. */
function split(nodes: readonly LinearNode[], set: readonly number[]): number[][] {
  const whole = sum(nodes, set)
  if (set.length === 1) return [[...set]]
  const network = new FlowNetwork(set.length + 2)
  const [source, sink] = [set.length, set.length + 1]
  const position = new Map(set.map((index, at) => [index, at]))
  let gain = 0n
  for (const [at, index] of set.entries()) {
    const { fee, size, parents } = nodes[index]!
    const weight = fee * BigInt(whole.size) - whole.fee * BigInt(size)
    if (weight > 0n) network.connect(source, at, weight)
    else if (weight < 0n) network.connect(at, sink, -weight)
    if (weight > 0n) gain += weight
    for (const parent of parents) {
      const to = position.get(parent)
      if (to !== undefined) network.connect(at, to, undefined)
    }
  }
  if (network.saturate(source, sink) < gain) {
    const reached = network.distances(source)
    return [set.filter((_, at) => reached[at] !== -1), set.filter((_, at) => reached[at] === -1)]
  }
  return components(set, network)
}

/** Parts that pay the same: each needs only itself and those in front of it. Tarjan's strongly connected components. */
function components(set: readonly number[], network: FlowNetwork): number[][] {
  const order = set.map(() => -1)
  const low = set.map(() => 0)
  const open: number[] = []
  const isOpen = set.map(() => false)
  const found: number[][] = []
  let count = 0
  for (const start of set.keys()) {
    if (order[start] !== -1) continue
    const path: { readonly at: number; readonly next: number[] }[] = []
    const enter = (at: number): void => {
      order[at] = low[at] = count++
      open.push(at)
      isOpen[at] = true
      path.push({ at, next: network.open(at).filter((to) => to < set.length) })
    }
    enter(start)
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { at, next } = top
      const to = next.pop()
      if (to === undefined) {
        path.pop()
        const before = path.at(-1)
        if (before) low[before.at] = Math.min(low[before.at]!, low[at]!)
        if (low[at] === order[at]) {
          const part = open.splice(open.indexOf(at))
          for (const member of part) isOpen[member] = false
          found.push(part.sort((a, b) => a - b).map((member) => set[member]!))
        }
      } else if (order[to] === -1) {
        enter(to)
      } else if (isOpen[to]) {
        low[at] = Math.min(low[at]!, order[to]!)
      }
    }
  }
  return found
}

function sum(nodes: readonly LinearNode[], set: readonly number[]): FeeAndSize {
  let fee = 0n
  let size = 0
  for (const index of set) {
    fee += nodes[index]!.fee
    size += nodes[index]!.size
  }
  return { fee, size }
}
