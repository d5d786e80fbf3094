import { bytesToHex, concatBytes } from '@ply/bytes'
import type { Connection } from '@ply/ports'
import { decodeCommand, encodeCommand, encodeReady, type Frame, FrameReader } from './frame.ts'
import { encodeGreeting, GREETING_SIZE, refuseGreeting } from './greeting.ts'

/** Bytes of a frame that a subscriber may send, and topics that it may hold. */
const MAX_FRAME = 1024
const MAX_TOPICS = 1000
/** Bytes that may wait for one subscriber, whatever the number of messages. */
const MAX_WAITING_BYTES = 48 << 20

const SUBSCRIBE = 1
const CANCEL = 0

/** One connected subscriber: what it wants, and what still waits for it. */
export class Subscriber {
  readonly #connection: Connection
  readonly #frames = new FrameReader(MAX_FRAME)
  /** How often each prefix was asked for, in hexadecimal: every cancel takes back one. */
  readonly #topics = new Map<string, number>()
  #greeting: Uint8Array = new Uint8Array(0)
  #ready = false
  #waiting = 0
  #waitingBytes = 0

  constructor(connection: Connection, closed: () => void) {
    this.#connection = connection
    connection.listen({ data: (bytes) => this.#receive(bytes), closed })
    this.#send(encodeGreeting())
  }

  /** Sends if the subscriber asked for the topic and is not too far behind; else the message is lost to it. */
  offer(topic: Uint8Array, message: Uint8Array, highWaterMark: number): void {
    if (!this.#wants(bytesToHex(topic))) return
    const isFull = highWaterMark > 0 && this.#waiting >= highWaterMark
    if (isFull || this.#waitingBytes + message.length > MAX_WAITING_BYTES) return
    this.#send(message)
  }

  close(): void {
    this.#connection.close()
  }

  #wants(topic: string): boolean {
    if (!this.#ready) return false
    for (const prefix of this.#topics.keys()) if (topic.startsWith(prefix)) return true
    return false
  }

  #send(bytes: Uint8Array): void {
    this.#waiting++
    this.#waitingBytes += bytes.length
    const done = (): void => {
      this.#waiting--
      this.#waitingBytes -= bytes.length
    }
    this.#connection.send(bytes).then(done, done)
  }

  #receive(bytes: Uint8Array): void {
    let rest = bytes
    if (this.#greeting.length < GREETING_SIZE) {
      const missing = GREETING_SIZE - this.#greeting.length
      this.#greeting = concatBytes(this.#greeting, bytes.subarray(0, missing))
      rest = bytes.subarray(missing)
      if (this.#greeting.length < GREETING_SIZE) return
      if (refuseGreeting(this.#greeting) !== undefined) return this.close()
      this.#send(encodeReady({ 'Socket-Type': 'PUB', Identity: '' }))
    }
    const frames = this.#frames.push(rest)
    if (!frames) return this.close()
    for (const frame of frames) this.#handle(frame)
  }

  #handle({ command, body }: Frame): void {
    if (!command) {
      if (body.length > 0) this.#subscribe(body[0]!, body.subarray(1))
      return
    }
    const { name, data } = decodeCommand(body) ?? { name: '', data: body }
    if (name === 'READY') this.#ready = true
    else if (name === 'SUBSCRIBE') this.#subscribe(SUBSCRIBE, data)
    else if (name === 'CANCEL') this.#subscribe(CANCEL, data)
    // RFC 37: two bytes of time to live, then a context that comes back.
    else if (name === 'PING') this.#send(encodeCommand('PONG', data.subarray(2)))
    else this.close()
  }

  #subscribe(kind: number, prefix: Uint8Array): void {
    const topic = bytesToHex(prefix)
    const count = (this.#topics.get(topic) ?? 0) + (kind === SUBSCRIBE ? 1 : kind === CANCEL ? -1 : 0)
    if (count > 0) this.#topics.set(topic, count)
    else this.#topics.delete(topic)
    if (this.#topics.size > MAX_TOPICS) this.close()
  }
}
