import { concatBytes, utf8ToBytes } from '@ply/bytes'
import type { Connection, Transport } from '@ply/ports'
import { encodeFrame, encodeReady, FrameReader } from '../frame.ts'
import { encodeGreeting, GREETING_SIZE } from '../greeting.ts'

/** A SUB socket, as far as a test needs it. */
export class TestSubscriber {
  readonly connection: Connection
  readonly messages: Uint8Array[][] = []
  readonly closed: Promise<string>
  readonly #frames = new FrameReader(1 << 24)
  #greeting = new Uint8Array(0)
  #parts: Uint8Array[] = []
  #arrived: () => void = () => undefined

  private constructor(connection: Connection) {
    this.connection = connection
    this.closed = new Promise((resolve) => {
      connection.listen({ data: (bytes) => this.#receive(bytes), closed: resolve })
    })
  }

  /** Connects and subscribes to prefixes, by a message as ZMTP 3.0 has it. */
  static async connect(transport: Transport, address: string, ...prefixes: readonly string[]): Promise<TestSubscriber> {
    const subscriber = new TestSubscriber(await transport.connect(address, 5000))
    const subscriptions = prefixes.map((prefix) => subscription(1, prefix))
    await subscriber.connection.send(
      concatBytes(encodeGreeting(), encodeReady({ 'Socket-Type': 'SUB' }), ...subscriptions),
    )
    return subscriber
  }

  /** Resolves once `count` messages came. */
  async received(count: number): Promise<readonly Uint8Array[][]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => (this.#arrived = resolve))
    return this.messages
  }

  #receive(bytes: Uint8Array): void {
    const missing = GREETING_SIZE - this.#greeting.length
    this.#greeting = Uint8Array.from([...this.#greeting, ...bytes.subarray(0, missing)])
    for (const { command, more, body } of this.#frames.push(bytes.subarray(missing))!) {
      if (command) continue
      this.#parts.push(body)
      if (more) continue
      this.messages.push(this.#parts)
      this.#parts = []
      this.#arrived()
    }
  }
}

export const subscription = (kind: number, prefix: string): Uint8Array =>
  encodeFrame({ command: false, more: false, body: concatBytes(Uint8Array.of(kind), utf8ToBytes(prefix)) })
