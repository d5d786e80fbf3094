import type { Listener, Transport } from '@ply/ports'
import { encodeMessage } from './frame.ts'
import { Subscriber } from './subscriber.ts'

/** A PUB socket: subscribers connect and say which topics they want. */
export class ZmqPublisher {
  readonly #subscribers = new Set<Subscriber>()
  readonly #listener: Listener

  private constructor(listener: Listener, subscribers: Set<Subscriber>) {
    this.#listener = listener
    this.#subscribers = subscribers
  }

  /** Listens on `host:port`; port 0 takes a free one. Subscribers beyond `maxSubscribers` are turned away. */
  static async listen(transport: Transport, address: string, maxSubscribers = 100): Promise<ZmqPublisher> {
    const subscribers = new Set<Subscriber>()
    const listener = await transport.listen(address, (connection) => {
      if (subscribers.size >= maxSubscribers) return connection.close()
      const subscriber: Subscriber = new Subscriber(connection, () => subscribers.delete(subscriber))
      subscribers.add(subscriber)
    })
    return new ZmqPublisher(listener, subscribers)
  }

  /** `host:port` actually bound. */
  get address(): string {
    return this.#listener.address
  }

  /**
   * Sends a message of several parts, the first of which is the topic. A subscriber for whom `highWaterMark` messages
   * wait already (0: no limit but one on bytes) does not get it.
   */
  publish(parts: readonly [topic: Uint8Array, ...rest: Uint8Array[]], highWaterMark: number): void {
    if (this.#subscribers.size === 0) return
    const message = encodeMessage(parts)
    for (const subscriber of this.#subscribers) subscriber.offer(parts[0], message, highWaterMark)
  }

  async close(): Promise<void> {
    for (const subscriber of this.#subscribers) subscriber.close()
    await this.#listener.close()
  }
}
