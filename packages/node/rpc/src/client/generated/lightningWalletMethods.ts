// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput } from '../../json/value.ts'

export interface LightningWalletMethods {
  /** Coins on chain, and what is in channels. */
  readonly listfunds: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly outputs: readonly {
        readonly txid: string
        readonly output: number
        readonly amount_msat: number
        readonly scriptpubkey: string
        readonly address?: string
        readonly status: string
        readonly blockheight?: number
        readonly reserved: boolean
      }[]
      readonly channels: readonly {
        readonly peer_id: string
        readonly connected: boolean
        readonly state: string
        readonly channel_id: string
        readonly short_channel_id?: string
        readonly our_amount_msat: number
        readonly amount_msat: number
        readonly funding_txid?: string
        readonly funding_output?: number
      }[]
    }
  }
  /** A new address of the on-chain wallet. */
  readonly newaddr: {
    readonly params: [addresstype?: string | null]
    readonly named: { readonly addresstype?: string }
    readonly result: { readonly bech32?: string; readonly p2tr?: string }
  }
  /** Sends coins on chain. */
  readonly withdraw: {
    readonly params: [destination: string, satoshi: JsonOutput, feerate?: JsonOutput | null]
    readonly named: { readonly destination: string; readonly satoshi: JsonOutput; readonly feerate?: JsonOutput }
    readonly result: { readonly tx: string; readonly txid: string }
  }
}
