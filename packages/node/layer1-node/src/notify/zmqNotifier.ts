import { ByteWriter, reverseBytes, utf8ToBytes } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { Transport } from '@ply/ports'
import { computeTxid, encodeTransaction, type Transaction } from '@ply/primitives'
import { ZmqPublisher } from '@ply/zmq'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import type { ChainManager } from '../chain/chainManager.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'

export const ZMQ_TOPICS = ['hashblock', 'hashtx', 'rawblock', 'rawtx', 'sequence'] as const
export type ZmqTopic = (typeof ZMQ_TOPICS)[number]

/** What `-zmqpub<topic>=<address>` asks for. */
export interface ZmqNotification {
  readonly topic: ZmqTopic
  /** `tcp://127.0.0.1:28332` */
  readonly address: string
  /** Messages that may wait for one subscriber; 0 for any number. */
  readonly highWaterMark: number
}

export const DEFAULT_ZMQ_HIGH_WATER_MARK = 1000

interface Notifier extends ZmqNotification {
  readonly publisher: ZmqPublisher
  /** Messages published so far: subscribers see by it that they lost one. */
  count: number
}

/** Where to listen for a `tcp://` address, of which `*` is every interface, and for one of a Unix socket. */
export function readZmqAddress(address: string): string | undefined {
  const path = /^(?:unix:|ipc:\/\/)(.+)$/.exec(address)?.[1]
  if (path !== undefined) return `unix:${path}`
  const [, host, port] = /^tcp:\/\/(\*|[^:*/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(address) ?? []
  if (host === undefined || Number(port) > 0xffff) return undefined
  return `${host === '*' ? '0.0.0.0' : host}:${port}`
}

/** Publishes blocks and transactions over ZeroMQ as Bitcoin Core does: topic, body, number of the message. */
export class ZmqNotifier {
  readonly #notifiers: Notifier[] = []
  readonly #publishers = new Map<string, ZmqPublisher>()
  readonly #unsubscribe: (() => void)[] = []
  /** Blocks that take the place of others are told of after what went back to the pool. */
  #held: ConnectedBlock[] | undefined

  /** Begins to listen; rejects if an address is wrong or taken. */
  static async start(fields: {
    readonly chain: ChainManager
    readonly mempool: MempoolManager
    readonly transport: Transport
    readonly notifications: readonly ZmqNotification[]
  }): Promise<ZmqNotifier> {
    const notifier = new ZmqNotifier()
    try {
      for (const notification of fields.notifications) await notifier.#listen(notification, fields.transport)
    } catch (error) {
      await notifier.close()
      throw error
    }
    notifier.#follow(fields.chain, fields.mempool)
    return notifier
  }

  get notifications(): readonly ZmqNotification[] {
    return this.#notifiers
  }

  async #listen(notification: ZmqNotification, transport: Transport): Promise<void> {
    const { address } = notification
    const bind = readZmqAddress(address)
    const fail = (cause?: unknown): never => {
      throw new Error(`Notifier pub${notification.topic} failed (address = ${address})`, { cause })
    }
    if (bind === undefined) return fail()
    const publisher = this.#publishers.get(address) ?? (await ZmqPublisher.listen(transport, bind).catch(fail))
    this.#publishers.set(address, publisher)
    this.#notifiers.push({ ...notification, publisher, count: 0 })
  }

  #follow(chain: ChainManager, mempool: MempoolManager): void {
    this.#unsubscribe.push(
      chain.subscribe({
        blockConnected: (connected) => {
          if (this.#held) this.#held.push(connected)
          else this.#connected(connected)
        },
        reorganised: () => {
          const held = this.#held ?? []
          this.#held = undefined
          for (const connected of held) this.#connected(connected)
        },
        blockDisconnected: ({ node, block }) => {
          this.#held ??= []
          for (const tx of block.transactions) this.#transaction(tx)
          this.#sequence(node.hash, 'D')
        },
        tipChanged: async (tip, fork) => {
          if (tip !== fork && !chain.isInitialBlockDownload()) await this.#tip(chain, tip)
        },
      }),
      mempool.subscribe({
        added: (entry) => {
          this.#transaction(entry.tx)
          this.#sequence(entry.txid, 'A', mempool.sequence - 1)
        },
        removed: (entry, reason) => {
          if (reason !== 'block') this.#sequence(entry.txid, 'R', mempool.sequence - 1)
        },
      }),
    )
  }

  #connected({ node, block }: ConnectedBlock): void {
    for (const tx of block.transactions) this.#transaction(tx)
    this.#sequence(node.hash, 'C')
  }

  #transaction(tx: Transaction): void {
    this.#publish('hashtx', () => reverseBytes(computeTxid(tx)))
    this.#publish('rawtx', () => encodeTransaction(tx))
  }

  /** `C`onnected and `D`isconnected blocks, transactions `A`dded to and `R`emoved from the pool. */
  #sequence(hash: Uint8Array, label: 'C' | 'D' | 'A' | 'R', mempoolSequence?: number): void {
    this.#publish('sequence', () => {
      const writer = new ByteWriter(41).bytes(reverseBytes(hash)).bytes(utf8ToBytes(label))
      return (mempoolSequence === undefined ? writer : writer.u64(BigInt(mempoolSequence))).finish()
    })
  }

  async #tip(chain: ChainManager, tip: BlockNode): Promise<void> {
    this.#publish('hashblock', () => reverseBytes(tip.hash))
    if (!tip.data || !this.#notifiers.some(({ topic }) => topic === 'rawblock')) return
    const bytes = await chain.blocks.readBlockBytes(tip.data)
    this.#publish('rawblock', () => bytes)
  }

  /** The body is made only if somebody may want it. */
  #publish(topic: ZmqTopic, createBody: () => Uint8Array): void {
    let body: Uint8Array | undefined
    for (const notifier of this.#notifiers) {
      if (notifier.topic !== topic) continue
      body ??= createBody()
      const number = new ByteWriter(4).u32(notifier.count).finish()
      notifier.count = (notifier.count + 1) >>> 0
      notifier.publisher.publish([utf8ToBytes(topic), body, number], notifier.highWaterMark)
    }
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
    for (const publisher of this.#publishers.values()) await publisher.close()
    this.#publishers.clear()
  }
}
