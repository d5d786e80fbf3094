import { DEFAULT_ZMQ_HIGH_WATER_MARK, ZMQ_TOPICS, type ZmqNotification } from '@ply/layer1-node'

/** What is served beside RPC and peers. */
export interface ServiceOptions {
  readonly rest: boolean
  /** `/metrics` and `/healthz` on the RPC port. */
  readonly metrics: boolean
  readonly esplora: EsploraSetting | undefined
  readonly zmq: readonly ZmqNotification[]
}

export interface EsploraSetting {
  readonly host: string
  readonly port: number
  /** Another port will do if this one is taken. */
  readonly anyPort: boolean
  /** Origin of web pages that may ask. */
  readonly corsOrigin: string | undefined
}

/** Where tools look for Esplora on regtest. */
export const DEFAULT_ESPLORA_PORT = 3002

/** `port` or `host:port`; undefined if it is neither. */
export function readEsploraAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? []
  if (port === undefined || Number(port) > 65535) return undefined
  return { host: host?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port: Number(port) }
}

/** What `-zmqpub<topic>=<address>` and `-zmqpub<topic>hwm=<n>` ask for. */
export function readZmqNotifications(
  addresses: (option: string) => readonly string[],
  mark: (option: string) => number | undefined,
): ZmqNotification[] {
  return ZMQ_TOPICS.flatMap((topic) =>
    addresses(`zmqpub${topic}`).map((address) => ({
      topic,
      // ZeroMQ's own word for a Unix socket.
      address: address.replace(/^unix:/, 'ipc://'),
      highWaterMark: mark(`zmqpub${topic}hwm`) ?? DEFAULT_ZMQ_HIGH_WATER_MARK,
    })),
  )
}
