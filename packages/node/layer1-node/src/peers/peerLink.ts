import type { Connection } from '@ply/ports'
import type { ConnectionKind, PeerId, Service } from '@ply/p2p'

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
  /** Bytes that may wait before the peer machine is told to hold back what it serves. */
  readonly sendBuffer: number
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
    if (!this.#full && this.#pending > this.fields.sendBuffer) {
      this.#full = true
      this.fields.writable(false)
    }
    const done = (): void => {
      this.#pending -= bytes.length
      if (this.#full && this.#pending <= this.fields.sendBuffer / 2) {
        this.#full = false
        this.fields.writable(true)
      }
    }
    // A connection that failed tells so by its own event.
    this.connection.send(bytes).then(done, () => undefined)
  }
}
