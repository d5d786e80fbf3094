// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface LightningNodeMethods {
  /** What the node pays for transactions on chain. */
  readonly feerates: {
    readonly params: [style?: string | null]
    readonly named: { readonly style?: string }
    readonly result:
      | {
          readonly perkw: {
            readonly min_acceptable: number
            readonly opening: number
            readonly unilateral_close: number
          }
        }
      | {
          readonly perkb: {
            readonly min_acceptable: number
            readonly opening: number
            readonly unilateral_close: number
          }
        }
  }
  /** The node at a glance: id, addresses, channels, height. */
  readonly getinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly id: string
      readonly alias: string
      readonly color: string
      readonly num_peers: number
      readonly num_pending_channels: number
      readonly num_active_channels: number
      readonly num_inactive_channels: number
      readonly binding: readonly { readonly type: string; readonly address: string; readonly port: number }[]
      readonly version: string
      readonly blockheight: number
      readonly network: string
    }
  }
}
