// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput } from '../../json/value.ts'

export interface LightningChannelsMethods {
  /** Closes a channel: with the peer if it agrees in time, else alone. */
  readonly close: {
    readonly params: [
      id: string,
      unilateraltimeout?: number | null,
      destination?: string | null,
      force?: boolean | null,
    ]
    readonly named: {
      readonly id: string
      readonly unilateraltimeout?: number
      readonly destination?: string
      readonly force?: boolean
    }
    readonly result: { readonly type: string; readonly channel_id: string; readonly txid?: string }
  }
  /** Opens a channel to a connected node with coins of the wallet. */
  readonly fundchannel: {
    readonly params: [
      id: string,
      amount: JsonOutput,
      feerate?: JsonOutput | null,
      announce?: boolean | null,
      push_msat?: JsonOutput | null,
    ]
    readonly named: {
      readonly id: string
      readonly amount: JsonOutput
      readonly feerate?: JsonOutput
      readonly announce?: boolean
      readonly push_msat?: JsonOutput
    }
    readonly result: { readonly txid: string; readonly outnum: number; readonly channel_id: string }
  }
  /** Our channels. */
  readonly listpeerchannels: {
    readonly params: [id?: string | null]
    readonly named: { readonly id?: string }
    readonly result: {
      readonly channels: readonly {
        readonly peer_id: string
        readonly peer_connected: boolean
        readonly channel_id: string
        readonly short_channel_id?: string
        readonly state: string
        readonly usable: boolean
        readonly opener: string
        readonly private: boolean
        readonly funding_txid?: string
        readonly funding_outnum?: number
        readonly total_msat: number
        readonly to_us_msat: number
        readonly to_them_msat: number
        readonly in_flight_out_msat: number
        readonly in_flight_in_msat: number
        readonly spendable_msat: number
        readonly receivable_msat: number
      }[]
    }
  }
  /** What we ask for forwarding over a channel. */
  readonly setchannel: {
    readonly params: [
      id: string,
      feebase: JsonOutput,
      feeppm: number,
      htlcmin?: JsonOutput | null,
      htlcmax?: JsonOutput | null,
      cltvdelta?: number | null,
    ]
    readonly named: {
      readonly id: string
      readonly feebase: JsonOutput
      readonly feeppm: number
      readonly htlcmin?: JsonOutput
      readonly htlcmax?: JsonOutput
      readonly cltvdelta?: number
    }
    readonly result: { readonly channel_id: string }
  }
}
