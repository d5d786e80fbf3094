import { concatBytes, utf8ToBytes } from '@ply/bytes'
import type { Connection, Transport } from '@ply/ports'
import { encodeFrame, encodeReady, FrameReader } from './frame.ts'
import { encodeGreeting, GREETING_SIZE, refuseGreeting } from './greeting.ts'

export interface ZmqSubscriberHandlers {
  message(parts: readonly Uint8Array[]): void
  closed?(reason: string): void
}

/** Bytes of one part of a message. */
const MAX_PART = 64 << 20

/** How ZMTP 3.0 says which topics are wanted: a message of 1 (subscribe) or 0 (cancel) and the prefix. */
export const encodeSubscription = (kind: 0 | 1, prefix: string): Uint8Array =>
  encodeFrame({ command: false, more: false, body: concatBytes(Uint8Array.of(kind), utf8ToBytes(prefix)) })

/** A SUB socket on one publisher. It does not connect again by itself. */
export class ZmqSubscriber {
  readonly #connection: Connection
  readonly #handlers: ZmqSubscriberHandlers
  readonly #frames = new FrameReader(MAX_PART)
  #greeting: Uint8Array = new Uint8Array(0)
  #parts: Uint8Array[] = []

  private constructor(connection: Connection, handlers: ZmqSubscriberHandlers) {
    this.#connection = connection
    this.#handlers = handlers
    connection.listen({
      data: (bytes) => this.#receive(bytes),
      closed: (reason) => handlers.closed?.(reason),
    })
  }

  /** Connects to `host:port` and asks for every message whose first part begins with one of `prefixes`. */
  static async connect(
    transport: Transport,
    address: string,
    options: ZmqSubscriberHandlers & { readonly prefixes: readonly string[] },
  ): Promise<ZmqSubscriber> {
    const connection = await transport.connect(address, 5000)
    const subscriber = new ZmqSubscriber(connection, options)
    const subscriptions = options.prefixes.map((prefix) => encodeSubscription(1, prefix))
    await connection.send(concatBytes(encodeGreeting(), encodeReady({ 'Socket-Type': 'SUB' }), ...subscriptions))
    return subscriber
  }

  #receive(bytes: Uint8Array): void {
    const missing = GREETING_SIZE - this.#greeting.length
    if (missing > 0) {
      this.#greeting = concatBytes(this.#greeting, bytes.subarray(0, missing))
      if (this.#greeting.length < GREETING_SIZE) return
      if (refuseGreeting(this.#greeting) !== undefined) return this.close()
    }
    const frames = this.#frames.push(bytes.subarray(Math.max(0, missing)))
    if (!frames) return this.close()
    for (const { command, more, body } of frames) {
      if (command) continue
      this.#parts.push(body)
      if (more) continue
      this.#handlers.message(this.#parts)
      this.#parts = []
    }
  }

  close(): void {
    this.#connection.close()
  }
}
