import { createHash, randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { encodeBase32 } from '@ply/bytes'

export const PEER_HOST = 'h3r6bkn46qxftwja53pxiykntegfyfjqtnzbm6iv6r5mungmqgmq.b32.i2p'
export const PEER_DESTINATION = 'dest~-=='

const i2pBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '~')

/** A private key of I2P: a destination with a certificate of four bytes, and what is secret behind it. */
export function createKey(): Buffer {
  const key = randomBytes(387 + 4 + 64)
  key.writeUInt16BE(4, 385)
  return key
}

export const addressOfKey = (key: Buffer): string =>
  `${encodeBase32(new Uint8Array(createHash('sha256').update(key.subarray(0, 391)).digest()))}.b32.i2p:0`

/** A router of I2P as programs see it (SAM 3.1). */
export class FakeSam {
  /** What was asked, each with the number of the connection. */
  readonly asked: string[] = []
  /** Answers in place of the usual ones, by the first two words of the request; undefined: it hangs up. */
  readonly answers = new Map<string, string | undefined>()
  /** The key that `DEST GENERATE` gives and that new sessions have. */
  readonly key = createKey()
  readonly #server: Server
  readonly #sockets = new Map<Socket, string>()
  #waiting: (() => void)[] = []

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(): Promise<FakeSam> {
    const sam = new FakeSam()
    await new Promise<void>((resolve) => sam.#server.listen(0, '127.0.0.1', resolve))
    return sam
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Connections whose last request began so. */
  waiting(request: string): Socket[] {
    return [...this.#sockets].flatMap(([socket, last]) =>
      !socket.destroyed && last.startsWith(request) ? [socket] : [],
    )
  }

  /** Resolves with a connection once its last request began so. */
  async waitFor(request: string): Promise<Socket> {
    for (;;) {
      const [socket] = this.waiting(request)
      if (socket) return socket
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets.keys()) socket.destroy()
  }

  #serve(socket: Socket): void {
    this.#sockets.set(socket, '')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes) => {
      const request = bytes.toString('latin1').trim()
      // What follows is the stream's.
      if (this.#sockets.get(socket)?.startsWith('STREAM')) {
        socket.write(bytes)
        return
      }
      this.asked.push(request)
      this.#sockets.set(socket, request)
      const verb = request.split(' ', 2).join(' ')
      const answer = this.answers.has(verb) ? this.answers.get(verb) : this.#usual(verb, request)
      if (answer === undefined) socket.end()
      else socket.write(answer)
      for (const go of this.#waiting.splice(0)) go()
    })
  }

  #usual(verb: string, request: string): string {
    switch (verb) {
      case 'HELLO VERSION':
        return 'HELLO REPLY RESULT=OK VERSION=3.1\n'
      case 'SESSION CREATE':
        return `SESSION STATUS RESULT=OK DESTINATION=${i2pBase64(this.key)}\n`
      case 'DEST GENERATE':
        return `DEST REPLY PUB=x PRIV=${i2pBase64(this.key)}\n`
      case 'NAMING LOOKUP':
        return `NAMING REPLY RESULT=OK NAME=${request.slice(request.indexOf('=') + 1)} VALUE=${PEER_DESTINATION}\n`
      case 'STREAM CONNECT':
        return 'STREAM STATUS RESULT=OK\nhi'
      default:
        return 'STREAM STATUS RESULT=OK\n'
    }
  }
}

export const encodeKey = i2pBase64
