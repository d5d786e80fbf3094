import type { Socket } from 'node:net'
import { assert } from '@ply/bytes'
import type { Connection } from '@ply/ports'
import { formatHostAndPort } from './address.ts'

interface Handlers {
  data(bytes: Uint8Array): void
  closed(reason: string): void
}

export interface ConnectionLimits {
  /** Bytes that may wait for a slow peer before its connection is closed. */
  readonly maxBuffered: number
  /** Milliseconds in which what waits may still go out after {@link TcpConnection.close}. */
  readonly closeTimeout: number
}

export const DEFAULT_LIMITS: ConnectionLimits = { maxBuffered: 64 << 20, closeTimeout: 2000 }

/** Where a socket leads from and to, if those are not its ends. */
export interface FarEnds {
  readonly remote?: string
  readonly local?: string
}

/** A TCP socket behind the {@link Connection} port. It reads nothing before `listen`. */
export class TcpConnection implements Connection {
  readonly remoteAddress: string
  readonly localAddress: string
  readonly #socket: Socket
  readonly #limits: ConnectionLimits
  #handlers: Handlers | undefined
  #closeReason: string | undefined
  #ended = false
  #closing = false

  constructor(socket: Socket, limits: ConnectionLimits, { remote, local }: FarEnds = {}) {
    this.#socket = socket
    this.#limits = limits
    this.remoteAddress = remote ?? formatHostAndPort({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 })
    this.localAddress = local ?? formatHostAndPort({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 })
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
    if (this.#socket.writableLength + bytes.length > this.#limits.maxBuffered) {
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
      if (!this.#closing) handlers.data(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    })
    this.#socket.resume()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (this.#handlers && !this.#closing) this.#socket.resume()
  }

  /** What was queued still goes out, for a while; nothing more is heard. */
  close(): void {
    if (this.#closing || this.#ended || this.#socket.destroyed) return
    this.#closing = true
    this.#closeReason ??= 'closed locally'
    this.#socket.pause()
    this.#socket.destroySoon()
    // Not the socket's own timeout, which is one of silence: who reads nothing but goes on sending would never fall silent.
    const timer = setTimeout(() => this.#socket.destroy(), this.#limits.closeTimeout).unref()
    this.#socket.once('close', () => clearTimeout(timer))
  }
}
