import { bytesToHex } from '@ply/bytes'
import type { PeerId } from '@ply/lightning'
import type { Connection } from '@ply/ports'
import type { CipherSession, Handshake, TransportViolation } from '@ply/transport'

export interface PeerHandlers {
  /** The handshake is done: the other side is who its key says. */
  established(peer: PeerId): void
  message(bytes: Uint8Array): void
  closed(reason: string): void
}

/** One byte stream to a peer: BOLT 8 over a connection. */
export class PeerConnection {
  readonly outbound: boolean
  readonly address: string
  readonly #connection: Connection
  readonly #handshake: Handshake
  readonly #handlers: PeerHandlers
  #session: CipherSession | undefined
  #reason: string | undefined
  #closed = false

  constructor(
    connection: Connection,
    handshake: Handshake,
    { outbound, handlers }: { readonly outbound: boolean; readonly handlers: PeerHandlers },
  ) {
    this.#connection = connection
    this.#handshake = handshake
    this.#handlers = handlers
    this.outbound = outbound
    this.address = connection.remoteAddress
  }

  start(): void {
    this.#write(this.#handshake.bytesToSend)
    this.#connection.listen({
      data: (bytes) => {
        this.#receive(bytes)
      },
      closed: (reason) => {
        this.#closed = true
        this.#handlers.closed(this.#reason ?? reason)
      },
    })
  }

  get isEstablished(): boolean {
    return this.#session !== undefined && !this.#closed
  }

  /** Encrypts and sends one message; silently lost once the connection is closed. */
  send(message: Uint8Array): void {
    if (this.#session && !this.#closed) this.#write(this.#session.encrypt(message))
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  /** Sends what is queued and hangs up; what still comes in is not read any more. */
  close(reason: string): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#connection.close()
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#connection.send(bytes).catch((error: unknown) => {
      this.close(error instanceof Error ? error.message : 'send failed')
    })
  }

  #fail(violation: TransportViolation): void {
    this.close(violation)
  }

  #receive(bytes: Uint8Array): void {
    if (this.#reason !== undefined) return
    if (this.#session) {
      const messages = this.#session.feed(bytes)
      if (messages.ok) this.#deliver(messages.value)
      else this.#fail(messages.error)
      return
    }
    const step = this.#handshake.onBytes(bytes)
    if (!step.ok) {
      this.#fail(step.error)
      return
    }
    this.#write(step.value.bytesToSend)
    const { done } = step.value
    if (!done) return
    this.#session = done.session
    this.#handlers.established(bytesToHex(done.remoteStaticKey))
    this.#deliver(done.early)
  }

  #deliver(messages: readonly Uint8Array[]): void {
    for (const message of messages) {
      if (this.#reason !== undefined) return
      this.#handlers.message(message)
    }
  }
}
