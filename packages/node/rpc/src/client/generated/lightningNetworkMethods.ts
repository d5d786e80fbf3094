// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface LightningNetworkMethods {
  /** The channels that gossip tells of, each direction by itself. */
  readonly listchannels: {
    readonly params: [short_channel_id?: string | null, source?: string | null, destination?: string | null]
    readonly named: { readonly short_channel_id?: string; readonly source?: string; readonly destination?: string }
    readonly result: {
      readonly channels: readonly {
        readonly source: string
        readonly destination: string
        readonly short_channel_id: string
        readonly direction: number
        readonly public: boolean
        readonly amount_msat: number
        readonly message_flags: number
        readonly channel_flags: number
        readonly active: boolean
        readonly last_update: number
        readonly base_fee_millisatoshi: number
        readonly fee_per_millionth: number
        readonly delay: number
        readonly htlc_minimum_msat: number
        readonly htlc_maximum_msat: number
      }[]
    }
  }
  /** The nodes that gossip tells of. */
  readonly listnodes: {
    readonly params: [id?: string | null]
    readonly named: { readonly id?: string }
    readonly result: {
      readonly nodes: readonly {
        readonly nodeid: string
        readonly alias?: string
        readonly color?: string
        readonly last_timestamp?: number
        readonly features?: string
        readonly addresses?: readonly { readonly type: string; readonly address: string; readonly port: number }[]
      }[]
    }
  }
}
