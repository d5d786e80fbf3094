import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Clock, Logger } from '@ply/ports'
import { type ConnectionOptions, HttpConnection, type HttpHandler, type TimeLimits } from './connection.ts'

/** Connections at a time: beyond, the one that has been idle for longest makes room. */
const MAX_CONNECTIONS = 256
/** How often connections are looked at. */
const CHECK_INTERVAL_MS = 1000

export interface HttpServerOptions {
  readonly handler: HttpHandler
  readonly logger: Logger
  /** Measures how long clients take. */
  readonly clock: Pick<Clock, 'schedule'>
  /** Bytes of a request's body. */
  readonly maxBody: number
  readonly limits: TimeLimits
  readonly maxConnections?: number | undefined
}

/** A server of HTTP/1.0 and 1.1 with the manners and the limits of Bitcoin Core's own. */
export class HttpServer {
  readonly #server: Server
  readonly #options: HttpServerOptions
  readonly #connections = new Set<HttpConnection>()
  readonly #common: ConnectionOptions
  #seconds = 0
  #isClosing = false
  #cancelCheck: () => void = () => undefined

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#common = { ...options, now: () => this.#seconds, isClosing: () => this.#isClosing }
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
  }

  /** Listens; resolves with the address that it got. */
  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<AddressInfo> {
    const server = this.#server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    // One connection could not be taken: the others go on.
    server.on('error', (error) => this.#options.logger.log('warn', 'cannot accept a connection', { error }))
    this.#scheduleCheck()
    return server.address() as AddressInfo
  }

  #scheduleCheck(): void {
    this.#cancelCheck = this.#options.clock.schedule(CHECK_INTERVAL_MS, () => {
      this.#seconds++
      for (const connection of this.#connections) connection.checkTime()
      this.#scheduleCheck()
    })
  }

  #accept(socket: Socket): void {
    const { maxConnections = MAX_CONNECTIONS } = this.#options
    if (this.#connections.size >= maxConnections && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    const connection = new HttpConnection(socket, this.#common)
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
  }

  /** Cuts the connection that has been idle for longest, if any is. */
  #makeRoom(): boolean {
    const idle = [...this.#connections].filter((connection) => connection.isIdle)
    const [oldest] = idle.sort((a, b) => a.since - b.since)
    if (!oldest) return false
    this.#connections.delete(oldest)
    oldest.destroy()
    return true
  }

  /** Refuses new connections, lets answers in progress finish within `graceMs`, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    this.#cancelCheck()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections) if (connection.isIdle) connection.destroy()
    const cut = (): void => {
      for (const connection of this.#connections) connection.destroy()
    }
    if (graceMs <= 0) cut()
    const cancel = this.#options.clock.schedule(graceMs, cut)
    await closed
    cancel()
  }
}
