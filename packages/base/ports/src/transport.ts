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

/** How one connection is to be made where the usual way would not do. */
export interface ConnectWay {
  /** SOCKS5 proxy to go through instead of the usual one; `randomize`: with credentials of its own. */
  readonly proxy?: { readonly address: string; readonly randomize: boolean } | undefined
  /** Nothing may show whose connection it is: never without a proxy, and under no lasting address of ours. */
  readonly hidden?: boolean
}

/** Opens and accepts connections. Addresses are `host:port`. */
export interface Transport {
  connect(address: string, timeoutMs: number, way?: ConnectWay): Promise<Connection>
  listen(address: string, accept: (connection: Connection) => void): Promise<Listener>
}
