/** One byte stream to a peer, such as a TCP connection. */
export interface Connection {
  readonly remoteAddress: string
  readonly localAddress: string
  /** Queues bytes; resolves when the operating system took them. Rejects once closed. */
  send(bytes: Uint8Array): Promise<void>
  /** Sets the receivers; bytes that came before are delivered at once. `closed` is called exactly once. */
  listen(handlers: { data(bytes: Uint8Array): void; closed(reason: string): void }): void
  /** Stops and resumes reading, so that a slow consumer holds back a fast peer. */
  pause(): void
  resume(): void
  close(): void
}

export interface Listener {
  /** `host:port` actually bound (the port is never 0 here). */
  readonly address: string
  close(): Promise<void>
}

/** Opens and accepts connections. Addresses are `host:port`. */
export interface Transport {
  connect(address: string, timeoutMs: number): Promise<Connection>
  listen(address: string, accept: (connection: Connection) => void): Promise<Listener>
}
