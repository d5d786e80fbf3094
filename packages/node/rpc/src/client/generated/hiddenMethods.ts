// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json, JsonOutput, RawNumber } from '../../json/value.ts'
import type { EstimaterawfeeResultPass } from './shapes.ts'

export interface HiddenMethods {
  /** Opens a connection of a certain kind. For tests only. */
  readonly addconnection: {
    readonly params: [address: string, connection_type: string, v2transport: boolean]
    readonly named: { readonly address: string; readonly connection_type: string; readonly v2transport: boolean }
    readonly result: { readonly address: string; readonly connection_type: string }
  }
  /** Adds the address of a node. For tests only. */
  readonly addpeeraddress: {
    readonly params: [address: string, port: number, tried?: boolean | null]
    readonly named: { readonly address: string; readonly port: number; readonly tried?: boolean }
    readonly result: { readonly success: boolean; readonly error?: string }
  }
  /** Gives back its arguments. With "trigger_internal_bug" for the last one it fails as if it had a bug. */
  readonly echo: {
    readonly params: [
      arg0?: JsonOutput | null,
      arg1?: JsonOutput | null,
      arg2?: JsonOutput | null,
      arg3?: JsonOutput | null,
      arg4?: JsonOutput | null,
      arg5?: JsonOutput | null,
      arg6?: JsonOutput | null,
      arg7?: JsonOutput | null,
      arg8?: JsonOutput | null,
      arg9?: JsonOutput | null,
    ]
    readonly named: {
      readonly arg0?: JsonOutput
      readonly arg1?: JsonOutput
      readonly arg2?: JsonOutput
      readonly arg3?: JsonOutput
      readonly arg4?: JsonOutput
      readonly arg5?: JsonOutput
      readonly arg6?: JsonOutput
      readonly arg7?: JsonOutput
      readonly arg8?: JsonOutput
      readonly arg9?: JsonOutput
    }
    readonly result: readonly Json[]
  }
  /** Gives back its argument. There are no other processes that it could go through. */
  readonly echoipc: {
    readonly params: [arg: string]
    readonly named: { readonly arg: string }
    readonly result: string
  }
  /** Gives back its arguments. With "trigger_internal_bug" for the last one it fails as if it had a bug. */
  readonly echojson: {
    readonly params: [
      arg0?: JsonOutput | null,
      arg1?: JsonOutput | null,
      arg2?: JsonOutput | null,
      arg3?: JsonOutput | null,
      arg4?: JsonOutput | null,
      arg5?: JsonOutput | null,
      arg6?: JsonOutput | null,
      arg7?: JsonOutput | null,
      arg8?: JsonOutput | null,
      arg9?: JsonOutput | null,
    ]
    readonly named: {
      readonly arg0?: JsonOutput
      readonly arg1?: JsonOutput
      readonly arg2?: JsonOutput
      readonly arg3?: JsonOutput
      readonly arg4?: JsonOutput
      readonly arg5?: JsonOutput
      readonly arg6?: JsonOutput
      readonly arg7?: JsonOutput
      readonly arg8?: JsonOutput
      readonly arg9?: JsonOutput
    }
    readonly result: readonly Json[]
  }
  /** What the statistics behind fee estimates say, for each horizon that reaches the target. */
  readonly estimaterawfee: {
    readonly params: [conf_target: number, threshold?: number | null]
    readonly named: { readonly conf_target: number; readonly threshold?: number }
    readonly result: {
      readonly [name: string]: {
        readonly feerate?: RawNumber
        readonly decay: number | RawNumber
        readonly scale: number
        readonly pass?: EstimaterawfeeResultPass
        readonly fail?: EstimaterawfeeResultPass
        readonly errors?: readonly string[]
      }
    }
  }
  /** has been replaced by the -generate cli option. Refer to -help for more information. */
  readonly generate: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
  /** What fees fit into how much room, over the whole mempool. */
  readonly getmempoolfeeratediagram: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly { readonly weight: number; readonly fee: RawNumber }[]
  }
  /** Transactions of peers that wait for a parent. */
  readonly getorphantxs: {
    readonly params: [verbosity?: JsonOutput | null]
    readonly named: { readonly verbosity?: JsonOutput }
    readonly result:
      | readonly string[]
      | readonly {
          readonly txid: string
          readonly wtxid: string
          readonly bytes: number
          readonly vsize: number
          readonly weight: number
          readonly from: readonly number[]
          readonly hex?: string
        }[]
  }
  /** All known addresses by their bucket and their place in it. */
  readonly getrawaddrman: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly [name: string]: {
        readonly [name: string]: {
          readonly address: string
          readonly port: number
          readonly network: string
          readonly services: number
          readonly time: number
          readonly source: string
          readonly source_network: string
          readonly mapped_as?: number
          readonly source_mapped_as?: number
        }
      }
    }
  }
  /** Treats a block as if it broke a rule. */
  readonly invalidateblock: {
    readonly params: [blockhash: string]
    readonly named: { readonly blockhash: string }
    readonly result: null
  }
  /** Lets everything that is scheduled happen earlier (regtest only). */
  readonly mockscheduler: {
    readonly params: [delta_time: number]
    readonly named: { readonly delta_time: number }
    readonly result: null
  }
  /** Takes back invalidateblock. */
  readonly reconsiderblock: {
    readonly params: [blockhash: string]
    readonly named: { readonly blockhash: string }
    readonly result: null
  }
  /** All methods as an OpenRPC document. */
  readonly 'rpc.discover': {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: Json
  }
  /** Sends a peer whatever it is. For tests only. */
  readonly sendmsgtopeer: {
    readonly params: [peer_id: number, msg_type: string, msg: string]
    readonly named: { readonly peer_id: number; readonly msg_type: string; readonly msg: string }
    readonly result: Readonly<Record<string, never>>
  }
}
