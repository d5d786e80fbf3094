/** What the bytes of a connection turn into. */
export type TransportEvent =
  /** `size`: bytes that the message took on the wire. */
  | { readonly type: 'message'; readonly command: string; readonly payload: Uint8Array; readonly size: number }
  /** A whole message that is dropped; the connection goes on behind it. `text` says why, for the log. */
  | { readonly type: 'dropped'; readonly reason: DropReason; readonly text: string; readonly size: number }
  /** The stream cannot be followed any more: the connection must end. `text` says more, for the log. */
  | { readonly type: 'broken'; readonly reason: BreakReason; readonly text: string }

export type DropReason = 'wrong-checksum' | 'invalid-command'

export type BreakReason =
  'wrong-magic' | 'oversized-payload' | 'other-network' | 'missing-garbage-terminator' | 'undecryptable-packet'

/** Bytes to be sent, in order. */
export interface TransportOutput {
  /** What they carry; empty for what the transport itself has to say. */
  readonly command: string
  readonly payload: Uint8Array
  readonly bytes: Uint8Array
}

export type TransportProtocol = 'detecting' | 'v1' | 'v2'

/** Turns messages into the bytes of one connection and back. */
export interface Transport {
  /** `detecting` until it is known which one the peer speaks. */
  readonly protocol: TransportProtocol
  /** BIP 324: what both sides can compare to know that nobody sits between them. */
  readonly sessionId: Uint8Array | undefined
  /** True if a peer that is gone now may have been one that speaks v1 alone. */
  readonly retryWithV1: boolean
  /** Takes the next bytes of the stream, cut anywhere, and returns what became complete. */
  push(chunk: Uint8Array): TransportEvent[]
  /** Queues a message. */
  send(command: string, payload: Uint8Array): void
  /** What can be sent by now. */
  takeOutput(): TransportOutput[]
}
