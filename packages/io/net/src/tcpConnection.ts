import type { Socket } from 'node:net'
import { assert } from '@ply/bytes'
import type { Connection } from '@ply/ports'
import { formatHostAndPort } from './address.ts'

interface Handlers {
  data(bytes: Uint8Array): void
  closed(reason: string): void
}

/** A TCP socket behind the {@link Connection} port. It reads nothing before `listen`. */
export class TcpConnection implements Connection {
  readonly remoteAddress: string
  readonly localAddress: string
  readonly #socket: Socket
  readonly #maxBuffered: number
  #handlers: Handlers | undefined
  #closeReason: string | undefined
  #ended = false

  /** `target`: where the socket leads to, if that is not its other end. */
  constructor(socket: Socket, maxBuffered: number, target?: string) {
    this.#socket = socket
    this.#maxBuffered = maxBuffered
    this.remoteAddress = target ?? formatHostAndPort({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 })
    this.localAddress = formatHostAndPort({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 })
    socket.setNoDelay(true)
    socket.pause()
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#closeReason ??= error.code ?? error.message
    })
    socket.on('end', () => {
      this.#closeReason ??= 'closed by peer'
    })
    socket.on('close', () => {
      this.#ended = true
      this.#handlers?.closed(this.#closeReason ?? 'closed')
    })
  }

  send(bytes: Uint8Array): Promise<void> {
    if (this.#ended || this.#socket.destroyed) return Promise.reject(new Error(this.#closeReason ?? 'closed'))
    if (this.#socket.writableLength + bytes.length > this.#maxBuffered) {
      this.#closeReason ??= 'send buffer full'
      this.#socket.destroy()
      return Promise.reject(new Error('send buffer full'))
    }
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  listen(handlers: Handlers): void {
    assert(this.#handlers === undefined, 'a connection is listened to once')
    this.#handlers = handlers
    if (this.#ended) {
      queueMicrotask(() => handlers.closed(this.#closeReason ?? 'closed'))
      return
    }
    this.#socket.on('data', (chunk: Buffer) => {
      handlers.data(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    })
    this.#socket.resume()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (this.#handlers) this.#socket.resume()
  }

  close(): void {
    if (this.#ended || this.#socket.destroyed) return
    this.#closeReason ??= 'closed locally'
    // What was queued still goes out, but a peer that does not read cannot hold the socket open.
    this.#socket.destroySoon()
    this.#socket.setTimeout(CLOSE_TIMEOUT_MS, () => this.#socket.destroy())
  }
}

const CLOSE_TIMEOUT_MS = 2000
