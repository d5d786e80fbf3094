import { createRestHandler, type Layer1Node, type RestHandler, type ZmqNotification } from '@ply/layer1-node'
import type { Transport } from '@ply/ports'
import type { OpenReply, OpenRoute, RpcTable } from '@ply/rpc'
import type { ServiceOptions } from './serviceOptions.ts'

export interface ServicesFields {
  readonly node: Layer1Node
  readonly table: RpcTable
  readonly transport: Transport
}

/** What plyd serves beside RPC and peers: REST, metrics, ZeroMQ, Esplora. Code is loaded for what was asked for. */
export class Services {
  readonly #options: ServiceOptions
  readonly #closers: (() => Promise<void>)[] = []
  #rest: RestHandler | undefined
  #readMetrics: (() => Promise<OpenReply>) | undefined
  #zmq: readonly ZmqNotification[] = []
  #esploraUrl: string | undefined

  constructor(options: ServiceOptions) {
    this.#options = options
  }

  /** Paths of the RPC server that need no credentials. */
  openRoutes(): OpenRoute[] {
    const { rest, metrics } = this.#options
    const nothing = Promise.resolve(undefined)
    return [
      ...(rest
        ? [{ prefix: '/rest/', answer: (url: string, body: Uint8Array) => this.#rest?.(url, body) ?? nothing }]
        : []),
      ...(metrics ? [{ prefix: '/metrics', answer: () => this.#readMetrics?.() ?? nothing }] : []),
      ...(metrics ? [{ prefix: '/healthz', answer: () => Promise.resolve(HEALTHY) }] : []),
    ]
  }

  /** Where Esplora answers. */
  get esploraUrl(): string | undefined {
    return this.#esploraUrl
  }

  /** What is published over ZeroMQ. */
  get notifications(): readonly ZmqNotification[] {
    return this.#zmq
  }

  async start({ node, table, transport }: ServicesFields): Promise<void> {
    const { rest, metrics, zmq } = this.#options
    if (rest) this.#rest = createRestHandler(node, table)
    if (metrics) this.#readMetrics = readMetrics(node)
    if (zmq.length > 0) {
      const { ZmqNotifier } = await import('@ply/layer1-node')
      const { chain, mempool } = node
      try {
        const notifier = await ZmqNotifier.start({ chain, mempool, transport, notifications: zmq })
        this.#zmq = notifier.notifications
        this.#closers.push(() => notifier.close())
      } catch (error) {
        // As in bitcoind: where one of them cannot be, none is, and the node goes on.
        node.logger.child('zmq').log('warn', (error as Error).message, { error: (error as Error).cause })
      }
    }
  }

  /** Brings the address index up to date, which may take a while, and serves it. */
  async startEsplora({ node, table }: Pick<ServicesFields, 'node' | 'table'>): Promise<void> {
    if (!this.#options.esplora) return
    const { startEsplora } = await import('@ply/esplora')
    const { host, port, anyPort, corsOrigin } = this.#options.esplora
    const start = (at: number) =>
      startEsplora({ node, table, host, port: at, ...(corsOrigin !== undefined && { corsOrigin }) })
    const server = await start(port).catch((error: unknown) => {
      if (anyPort && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') return start(0)
      throw error
    })
    this.#esploraUrl = server.url
    this.#closers.push(() => server.close())
  }

  async stop(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

/** Who is still starting answers 503. */
const HEALTHY: OpenReply = { status: 200, type: 'application/json', body: '{"status":"ok"}\n' }

function readMetrics(node: Layer1Node): () => Promise<OpenReply> {
  const loaded = async () => {
    const { NodeMetrics } = await import('@ply/layer1-node/metrics')
    return new NodeMetrics(node)
  }
  let metrics: ReturnType<typeof loaded> | undefined
  return async () => {
    metrics ??= loaded()
    const { contentType, text } = await metrics.then(async (found) => ({
      contentType: found.contentType,
      text: await found.text(),
    }))
    return { status: 200, type: contentType, body: text }
  }
}
