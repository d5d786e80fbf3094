import { connect, type Socket } from 'node:net'
import { hash256 } from '@ply/crypto'
import { decodeMessage, encodeMessage, encodeV1, isKnownCommand, type Message, V1Parser } from '@ply/p2p'
import { type BlockHash, hashToDisplay, REGTEST, ZERO_HASH } from '@ply/primitives'

/** A peer that wants new blocks in compact form at once (BIP 152), and notes when it hears of each. */
export class BlockObserver {
  /** Milliseconds of the process's clock, by block. */
  readonly heard = new Map<string, number>()
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Connects to `address` and resolves when the peer is told what we have. */
  static async connect(address: string): Promise<BlockObserver> {
    const at = address.lastIndexOf(':')
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), noDelay: true })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const observer = new BlockObserver(socket)
    const parser = new V1Parser(REGTEST.magic)
    const ready = new Promise<void>((resolve) => {
      socket.on('data', (bytes) => {
        for (const event of parser.push(bytes)) {
          if (event.type === 'message') observer.#receive(event.command, event.payload, resolve)
        }
      })
    })
    const nowhere = { services: 0n, ip: new Uint8Array(16), port: 0 }
    observer.#send({
      command: 'version',
      version: 70016,
      services: 0n,
      time: BigInt(Math.floor(Date.now() / 1000)),
      receiver: nowhere,
      sender: nowhere,
      nonce: 1n,
      userAgent: '/observer/',
      startHeight: 0,
      relay: false,
    })
    await ready
    return observer
  }

  #send(message: Message): void {
    this.#socket.write(encodeV1(REGTEST.magic, message.command, encodeMessage(message)))
  }

  /** So that the peer believes us to have its tip, and announces what follows. */
  catchUp(): void {
    this.#send({ command: 'getheaders', locator: [REGTEST.genesisHash], stop: ZERO_HASH as BlockHash })
  }

  #receive(command: string, payload: Uint8Array, ready: () => void): void {
    const now = performance.now()
    if (!isKnownCommand(command)) return
    if (command === 'cmpctblock') {
      // The header is enough: decoding all would delay what comes next.
      this.heard.set(hashToDisplay(hash256(payload.subarray(0, 80))), now)
      return
    }
    const decoded = decodeMessage(command, payload)
    if (!decoded.ok) return
    const message = decoded.value
    if (message.command === 'version') this.#send({ command: 'verack' })
    else if (message.command === 'ping') this.#send({ command: 'pong', nonce: message.nonce })
    else if (message.command === 'verack') {
      this.#send({ command: 'sendcmpct', announce: 1, version: 2n })
      this.catchUp()
    } else if (message.command === 'headers') ready()
  }

  close(): void {
    this.#socket.destroy()
  }
}
