import { computeDifficulty } from '@ply/consensus'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Layer1Node } from '../layer1Node.ts'

/** What is measured, by its name without the prefix `ply_`. Read when it is asked for. */
function gauges({ chain, mempool, peers }: Layer1Node): readonly (readonly [string, string, () => number])[] {
  const { tree } = chain
  const pool = mempool.mempool
  const connected = (inbound: boolean) => () =>
    peers.peers().filter(({ kind }) => (kind === 'inbound') === inbound).length
  return [
    ['block_height', 'Height of the tip', () => chain.tip.height],
    ['header_height', 'Height of the best header', () => tree.bestHeader.height],
    ['block_time_seconds', 'Time of the tip, since the Unix epoch', () => chain.tip.time],
    ['difficulty', 'Difficulty of the tip', () => computeDifficulty(chain.tip.bits)],
    ['chain_transactions', 'Transactions of the chain', () => chain.tip.chainTransactionCount],
    ['initial_block_download', '1 while blocks are missing', () => Number(chain.isInitialBlockDownload())],
    ['chain_tips', 'Ends of known branches', () => tree.tips().length],
    ['mempool_transactions', 'Transactions in the pool', () => pool.size],
    ['mempool_usage_bytes', 'Memory that they take', () => pool.graph.usage],
    ['mempool_limit_bytes', 'Memory that they may take', () => pool.options.maxBytes],
    ['mempool_min_feerate', 'Satoshi per 1000 vbytes that get in', () => Number(mempool.minFeeRate())],
    ['peers_inbound', 'Peers that connected to us', connected(true)],
    ['peers_outbound', 'Peers that we connected to', connected(false)],
  ]
}

/** The metrics of a node and its process, in Prometheus' text format. */
export class NodeMetrics {
  readonly #registry = new Registry()

  constructor(node: Layer1Node) {
    for (const [name, help, read] of gauges(node)) {
      new Gauge({
        name: `ply_${name}`,
        help,
        registers: [this.#registry],
        collect() {
          this.set(read())
        },
      })
    }
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Content-Type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
