import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Clock } from '@ply/ports'

const TRIES = 3
/** Milliseconds. */
const TRY_TIMEOUT = 1000

export interface GatewaySocketFields {
  readonly gateway: string
  readonly port: number
  /** Our own address to send from; any one towards the router where it is undefined. */
  readonly from: string | undefined
  readonly clock: Clock
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal
  readonly log: (text: string) => void
}

/** Asks a router by UDP, a few times where nothing comes back. It hears nobody else. */
export class GatewaySocket {
  readonly #socket: Socket
  readonly #fields: GatewaySocketFields
  readonly #abort = (): void => this.close()
  #closed = false

  private constructor(socket: Socket, fields: GatewaySocketFields) {
    this.#socket = socket
    this.#fields = fields
    fields.signal.addEventListener('abort', this.#abort)
  }

  static async open(fields: GatewaySocketFields): Promise<GatewaySocket> {
    const version = isIP(fields.gateway.replace(/%.*$/, ''))
    const socket = createSocket(version === 6 ? 'udp6' : 'udp4')
    try {
      socket.bind(0, fields.from)
      await once(socket, 'listening')
      socket.connect(fields.port, fields.gateway)
      await once(socket, 'connect')
    } catch (error) {
      socket.close()
      throw error
    }
    // What goes wrong from now on shows in that no answer comes.
    socket.on('error', () => undefined)
    return new GatewaySocket(socket, fields)
  }

  /** Our end towards the router. */
  get localAddress(): string {
    return this.#socket.address().address
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#fields.signal.removeEventListener('abort', this.#abort)
    this.#socket.close()
  }

  /** The first answer that `read` makes something of; undefined if none comes in time. */
  async ask<T>(request: Uint8Array, read: (answer: Uint8Array) => T | undefined): Promise<T | undefined> {
    for (let tried = 0; tried < TRIES; tried++) {
      if (this.#closed) return undefined
      if (tried > 0) this.#fields.log(`Retrying (${tried})`)
      const answer = await this.#askOnce(request, read)
      if (answer !== undefined) return answer
    }
    this.#fields.log(`Giving up after ${TRIES} tries`)
    return undefined
  }

  #askOnce<T>(request: Uint8Array, read: (answer: Uint8Array) => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (answer: T | undefined): void => {
        cancel()
        this.#socket.off('message', hear).off('close', end)
        resolve(answer)
      }
      const hear = (bytes: Buffer): void => {
        const answer = read(new Uint8Array(bytes))
        if (answer !== undefined) finish(answer)
      }
      const end = (): void => finish(undefined)
      const cancel = this.#fields.clock.schedule(TRY_TIMEOUT, end)
      this.#socket.on('message', hear).on('close', end)
      this.#socket.send(request)
    })
  }
}
