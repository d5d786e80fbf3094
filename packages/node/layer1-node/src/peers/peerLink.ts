import type { Connection } from '@ply/ports'
import type { ConnectionKind, PeerId } from '@ply/p2p'

/** Bytes waiting for a peer beyond which the peer machine holds back what it serves. */
const SEND_BUFFER_LIMIT = 1_000_000

export interface PeerLinkFields {
  readonly id: PeerId
  readonly connection: Connection
  readonly kind: ConnectionKind
  /** The address that the operator named, to connect to again. */
  readonly requested: string | undefined
  writable(writable: boolean): void
}

/** One open connection and what is still to be sent over it. */
export class PeerLink {
  readonly id: PeerId
  readonly connection: Connection
  readonly kind: ConnectionKind
  readonly requested: string | undefined
  readonly #writable: (writable: boolean) => void
  #pending = 0
  #full = false

  constructor({ id, connection, kind, requested, writable }: PeerLinkFields) {
    this.id = id
    this.connection = connection
    this.kind = kind
    this.requested = requested
    this.#writable = writable
  }

  send(bytes: Uint8Array): void {
    this.#pending += bytes.length
    if (!this.#full && this.#pending > SEND_BUFFER_LIMIT) {
      this.#full = true
      this.#writable(false)
    }
    const done = (): void => {
      this.#pending -= bytes.length
      if (this.#full && this.#pending <= SEND_BUFFER_LIMIT / 2) {
        this.#full = false
        this.#writable(true)
      }
    }
    // A connection that failed tells so by its own event.
    this.connection.send(bytes).then(done, () => undefined)
  }
}
