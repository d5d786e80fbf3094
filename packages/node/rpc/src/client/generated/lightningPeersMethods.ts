// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface LightningPeersMethods {
  /** Connects to a node and stays connected. */
  readonly connect: {
    readonly params: [id: string, host?: string | null, port?: number | null]
    readonly named: { readonly id: string; readonly host?: string; readonly port?: number }
    readonly result: { readonly id: string; readonly direction: string; readonly address: string }
  }
  /** Closes the connection to a node. */
  readonly disconnect: {
    readonly params: [id: string, force?: boolean | null]
    readonly named: { readonly id: string; readonly force?: boolean }
    readonly result: Readonly<Record<string, never>>
  }
  /** The nodes that this one knows as peers. */
  readonly listpeers: {
    readonly params: [id?: string | null]
    readonly named: { readonly id?: string }
    readonly result: {
      readonly peers: readonly {
        readonly id: string
        readonly connected: boolean
        readonly num_channels: number
        readonly netaddr: readonly string[]
      }[]
    }
  }
}
