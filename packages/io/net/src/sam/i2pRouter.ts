import { createConnection, type Socket } from 'node:net'
import type { Clock, Connection, Logger } from '@ply/ports'
import { parseHostAndPort } from '../address.ts'
import { type ConnectionLimits, DEFAULT_LIMITS, TcpConnection } from '../tcpConnection.ts'
import { I2pAcceptor } from './i2pAcceptor.ts'
import { SamSession, type SamStream } from './samSession.ts'

export interface I2pRouterFields {
  /** `host:port` where the router listens to programs (SAM). */
  readonly address: string
  /** Where the key of our lasting address is kept, to which peers may come; without, each connection has one of its own. */
  readonly keyFile?: string | undefined
  readonly logger?: Logger
  readonly limits?: ConnectionLimits
}

/** Who hears of peers that come. */
export interface I2pHandlers {
  accepted(connection: Connection): void
  /** Our address while peers can come there, `….b32.i2p:0`; undefined when they cannot any more. */
  listening(address: string | undefined): void
}

const SILENT: Logger = { log: () => undefined, child: () => SILENT }
const CONNECT_TIMEOUT = 5000
/** Sessions whose connection failed, kept for the next one: a session takes long to make. */
const MAX_UNUSED = 10

/** A router of I2P: connects to peers there, and lets them come. */
export class I2pRouter {
  readonly #fields: I2pRouterFields
  readonly #lasting: SamSession | undefined
  readonly #unused: SamSession[] = []
  readonly #sockets = new Set<Socket>()
  readonly #logger: Logger

  constructor(fields: I2pRouterFields) {
    this.#fields = fields
    this.#logger = fields.logger ?? SILENT
    this.#lasting = fields.keyFile === undefined ? undefined : this.#session(fields.keyFile)
  }

  /** `hidden`: under no lasting address of ours. */
  async connect(host: string, hidden: boolean): Promise<Connection> {
    try {
      return this.#connection(
        this.#lasting && !hidden ? await this.#lasting.connect(host) : await this.#connectOnce(host),
      )
    } catch (error) {
      const message = `Error connecting to ${host}:0: ${(error as Error).message}`
      this.#logger.log('debug', message)
      throw new Error(message, { cause: error })
    }
  }

  /** Has peers come to our lasting address, again and again, until the function that it gives is called. */
  serve(handlers: I2pHandlers, clock: Clock): () => void {
    const session = this.#lasting
    if (!session) return () => undefined
    const acceptor = new I2pAcceptor({
      ...{ session, clock, logger: this.#logger },
      accepted: (stream) => handlers.accepted(this.#connection(stream)),
      listening: (address) => handlers.listening(address),
    })
    return () => acceptor.stop()
  }

  /** Ends all sessions. */
  close(): void {
    this.#lasting?.close()
    for (const session of this.#unused.splice(0)) session.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** From an address that nobody saw before: nobody can tell that two connections are ours. */
  async #connectOnce(host: string): Promise<SamStream> {
    const session = this.#unused.shift() ?? this.#session()
    try {
      const stream = await session.connect(host)
      stream.socket.once('close', () => session.close())
      return stream
    } catch (error) {
      if (this.#unused.length < MAX_UNUSED) this.#unused.push(session)
      else session.close()
      throw error
    }
  }

  #session(keyFile?: string): SamSession {
    return new SamSession({ router: this.#fields.address, open: () => this.#open(), keyFile, logger: this.#logger })
  }

  #connection({ socket, local, remote }: SamStream): Connection {
    return new TcpConnection(socket, this.#fields.limits ?? DEFAULT_LIMITS, { remote, local })
  }

  #open(): Promise<Socket> {
    const { address } = this.#fields
    const at = parseHostAndPort(address)
    if (!at.ok) return Promise.reject(new Error(at.error))
    return new Promise((resolve, reject) => {
      const socket = createConnection({ ...at.value })
      this.#sockets.add(socket)
      const timer = setTimeout(() => socket.destroy(), CONNECT_TIMEOUT)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        clearTimeout(timer)
        this.#sockets.delete(socket)
        reject(new Error(`Cannot connect to ${address}`))
      })
      socket.once('connect', () => {
        clearTimeout(timer)
        resolve(socket)
      })
    })
  }
}
