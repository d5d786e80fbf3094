interface Edge {
  readonly to: number
  /** Room left; undefined for no limit. */
  room: bigint | undefined
  /** Position of the opposite edge in the list of `to`. */
  readonly back: number
}

/** A network of pipes for Dinic's algorithm: how much flows from one node to another, and where it could go on. */
export class FlowNetwork {
  readonly #edges: Edge[][]

  constructor(size: number) {
    this.#edges = Array.from({ length: size }, () => [])
  }

  /** `capacity` undefined: any amount. */
  connect(from: number, to: number, capacity: bigint | undefined): void {
    const [out, into] = [this.#edges[from]!, this.#edges[to]!]
    out.push({ to, room: capacity, back: into.length })
    into.push({ to: from, room: 0n, back: out.length - 1 })
  }

  /** Nodes to which more could flow. */
  open(node: number): number[] {
    return this.#edges[node]!.filter(({ room }) => room !== 0n).map(({ to }) => to)
  }

  /** All nodes to which more could flow from `start`, with their distance; -1 for the others. */
  distances(start: number): number[] {
    const distance = this.#edges.map(() => -1)
    distance[start] = 0
    const queue = [start]
    for (const node of queue) {
      for (const { to, room } of this.#edges[node]!) {
        if (room === 0n || distance[to] !== -1) continue
        distance[to] = distance[node]! + 1
        queue.push(to)
      }
    }
    return distance
  }

  /** Sends as much as can go from `source` to `sink`, of which there must be a limit. */
  saturate(source: number, sink: number): bigint {
    let total = 0n
    for (;;) {
      const distance = this.distances(source)
      if (distance[sink] === -1) return total
      const next = this.#edges.map(() => 0)
      for (;;) {
        const pushed = this.#push(source, sink, distance, next)
        if (pushed === 0n) break
        total += pushed
      }
    }
  }

  /** Sends along one of the shortest ways that `next` has not tried yet. */
  #push(source: number, sink: number, distance: readonly number[], next: number[]): bigint {
    const way: Edge[] = []
    let at = source
    while (at !== sink) {
      const edge = this.#edges[at]![next[at]!]
      if (!edge) {
        // A dead end: back, and on with the next edge.
        const last = way.pop()
        if (!last) return 0n
        at = this.#edges[last.to]![last.back]!.to
        next[at]!++
      } else if (edge.room !== 0n && distance[edge.to] === distance[at]! + 1) {
        way.push(edge)
        at = edge.to
      } else {
        next[at]!++
      }
    }
    let amount: bigint | undefined
    for (const { room } of way) if (room !== undefined && (amount === undefined || room < amount)) amount = room
    for (const edge of way) {
      const back = this.#edges[edge.to]![edge.back]!
      if (edge.room !== undefined) edge.room -= amount!
      if (back.room !== undefined) back.room += amount!
    }
    return amount ?? 0n
  }
}
