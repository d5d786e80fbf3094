import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { decodeMessage, encodeMessage, encodeV1, isKnownCommand, type Message, V1Parser } from '@ply/p2p'
import { REGTEST } from '@ply/primitives'

const NOWHERE = { services: 9n, ip: new Uint8Array(16), port: 0 }

export const framed = (message: Message): Uint8Array => encodeV1(REGTEST.magic, message.command, encodeMessage(message))

/** A peer over a real socket that keeps no rule but those of the handshake. */
export class RawPeer {
  readonly socket: Socket
  readonly #parser = new V1Parser(REGTEST.magic)
  readonly #waiting = new Set<(message: Message) => void>()

  private constructor(address: string) {
    const [host, port] = address.split(':')
    this.socket = createConnection({ host: host!, port: Number(port) })
    this.socket.on('error', () => undefined)
    this.socket.on('data', (chunk) => {
      for (const event of this.#parser.push(new Uint8Array(chunk))) {
        if (event.type !== 'message' || !isKnownCommand(event.command)) continue
        const message = decodeMessage(event.command, event.payload)
        if (message.ok) for (const look of [...this.#waiting]) look(message.value)
      }
    })
  }

  /** Connected, and through with the handshake. */
  static async connect(address: string): Promise<RawPeer> {
    const peer = new RawPeer(address)
    const done = peer.next('verack')
    peer.send({
      command: 'version',
      version: 70016,
      services: 9n,
      time: BigInt(Math.floor(Date.now() / 1000)),
      receiver: NOWHERE,
      sender: NOWHERE,
      nonce: randomBytes(8).readBigUInt64LE(),
      userAgent: '/raw/',
      startHeight: 0,
      relay: true,
    })
    peer.send({ command: 'wtxidrelay' })
    await done
    peer.send({ command: 'verack' })
    return peer
  }

  send(message: Message): void {
    this.socket.write(framed(message))
  }

  /** Resolves with the next message of that command; rejects if the connection ends before. */
  next<C extends Message['command']>(command: C): Promise<Extract<Message, { readonly command: C }>> {
    return new Promise((resolve, reject) => {
      const look = (message: Message): void => {
        if (message.command !== command) return
        this.#waiting.delete(look)
        this.socket.off('close', fail)
        resolve(message as Extract<Message, { readonly command: C }>)
      }
      const fail = (): void => reject(new Error(`the connection ended before ${command} came`))
      this.#waiting.add(look)
      this.socket.once('close', fail)
    })
  }

  async ping(): Promise<void> {
    const answered = this.next('pong')
    this.send({ command: 'ping', nonce: 7n })
    await answered
  }

  /** Sends the same again and again until `ended`, as fast as it is taken. Returns the bytes sent. */
  async flood(bytes: Uint8Array, ended: () => boolean): Promise<number> {
    let sent = 0
    while (!ended() && !this.socket.destroyed) {
      sent += bytes.length
      // Either way it is over when the socket fails.
      if (!this.socket.write(bytes)) {
        const settled = new AbortController()
        const { signal } = settled
        const over = ['drain', 'close'].map((event) => once(this.socket, event, { signal }).catch(() => undefined))
        await Promise.race(over)
        settled.abort()
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    return sent
  }

  close(): void {
    this.socket.destroy()
  }
}
