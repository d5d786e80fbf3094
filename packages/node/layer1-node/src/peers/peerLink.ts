import type { Connection } from '@ply/ports'
import type { ConnectionKind, PeerId, Service } from '@ply/p2p'

/** Bytes waiting for a peer beyond which the peer machine holds back what it serves. */
const SEND_BUFFER_LIMIT = 1_000_000

export interface PeerLinkFields {
  readonly id: PeerId
  readonly connection: Connection
  readonly kind: ConnectionKind
  /** Undefined for an address that is no numbers. */
  readonly host: Service | undefined
  /** The address that the operator named, to connect to again. */
  readonly requested: string | undefined
  /** It came in although its host had broken a rule: it goes first. */
  readonly preferEvict: boolean
  writable(writable: boolean): void
}

/** One open connection and what is still to be sent over it. */
export class PeerLink {
  readonly fields: PeerLinkFields
  #pending = 0
  #full = false

  constructor(fields: PeerLinkFields) {
    this.fields = fields
  }

  get id(): PeerId {
    return this.fields.id
  }
  get connection(): Connection {
    return this.fields.connection
  }
  get kind(): ConnectionKind {
    return this.fields.kind
  }
  get host(): Service | undefined {
    return this.fields.host
  }

  /** True if this is the connection to `address`, by its numbers or by the name that was asked for. */
  leadsTo(address: string): boolean {
    return this.connection.remoteAddress === address || this.fields.requested === address
  }

  send(bytes: Uint8Array): void {
    this.#pending += bytes.length
    if (!this.#full && this.#pending > SEND_BUFFER_LIMIT) {
      this.#full = true
      this.fields.writable(false)
    }
    const done = (): void => {
      this.#pending -= bytes.length
      if (this.#full && this.#pending <= SEND_BUFFER_LIMIT / 2) {
        this.#full = false
        this.fields.writable(true)
      }
    }
    // A connection that failed tells so by its own event.
    this.connection.send(bytes).then(done, () => undefined)
  }
}
