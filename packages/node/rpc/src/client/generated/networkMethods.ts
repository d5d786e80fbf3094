// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { RawNumber } from '../../json/value.ts'

export interface NetworkMethods {
  /** Connects to a peer: once (onetry), or now and whenever the connection is lost (add, remove). */
  readonly addnode: {
    readonly params: [node: string, command: string, v2transport?: boolean | null]
    readonly named: { readonly node: string; readonly command: string; readonly v2transport?: boolean }
    readonly result: null
  }
  /** Lifts all bans. */
  readonly clearbanned: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
  /** Ends a connection. */
  readonly disconnectnode: {
    readonly params: [address?: string | null, nodeid?: number | null]
    readonly named: { readonly address?: string; readonly nodeid?: number }
    readonly result: null
  }
  /** Writes the built-in map of autonomous systems into a file. There is none here: -asmap takes one from a file. */
  readonly exportasmap: {
    readonly params: [path: string]
    readonly named: { readonly path: string }
    readonly result: { readonly path: string; readonly bytes_written: number; readonly file_hash: string }
  }
  /** Peers that we stay connected to. */
  readonly getaddednodeinfo: {
    readonly params: [node?: string | null]
    readonly named: { readonly node?: string }
    readonly result: readonly {
      readonly addednode: string
      readonly connected?: boolean
      readonly addresses?: readonly { readonly address: string; readonly connected: string }[]
    }[]
  }
  /** How many addresses of other nodes are known: heard of (new), and reached once (tried). */
  readonly getaddrmaninfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly [name: string]: { readonly new: number; readonly tried: number; readonly total: number }
    }
  }
  /** How many connections there are. */
  readonly getconnectioncount: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: number
  }
  /** Bytes that went over all connections since the start. */
  readonly getnettotals: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly totalbytesrecv: number
      readonly totalbytessent: number
      readonly timemillis: number
      readonly uploadtarget: {
        readonly timeframe: number
        readonly target: number
        readonly target_reached: boolean
        readonly serve_historical_blocks: boolean
        readonly bytes_left_in_cycle: number
        readonly time_left_in_cycle: number
      }
    }
  }
  /** State of the connections to the network, and of the networks that there are (ipv4, ipv6, onion, i2p, cjdns). */
  readonly getnetworkinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly version: number
      readonly subversion: string
      readonly protocolversion: number
      readonly localservices: string
      readonly localservicesnames: readonly string[]
      readonly localrelay: boolean
      readonly timeoffset: number
      readonly networkactive: boolean
      readonly connections: number
      readonly connections_in: number
      readonly connections_out: number
      readonly networks: readonly {
        readonly name: string
        readonly limited: boolean
        readonly reachable: boolean
        readonly proxy: string
        readonly proxy_randomize_credentials: boolean
      }[]
      readonly relayfee: RawNumber
      readonly incrementalfee: RawNumber
      readonly localaddresses: readonly { readonly address: string; readonly port: number; readonly score: number }[]
      readonly warnings: readonly string[]
    }
  }
  /** Known addresses of other nodes, in random order. */
  readonly getnodeaddresses: {
    readonly params: [count?: number | null, network?: string | null]
    readonly named: { readonly count?: number; readonly network?: string }
    readonly result: readonly {
      readonly time: number
      readonly services: number
      readonly address: string
      readonly port: number
      readonly network: string
    }[]
  }
  /** All connections. Each is in one of the networks (ipv4, ipv6, onion, i2p, cjdns, not_publicly_routable). */
  readonly getpeerinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly {
      readonly id: number
      readonly addr: string
      readonly addrbind: string
      readonly addrlocal?: string
      readonly network: string
      readonly mapped_as?: number
      readonly services: string
      readonly servicesnames: readonly string[]
      readonly relaytxes: boolean
      readonly last_inv_sequence: number
      readonly inv_to_send: number
      readonly lastsend: number
      readonly lastrecv: number
      readonly last_transaction: number
      readonly last_block: number
      readonly bytessent: number
      readonly bytesrecv: number
      readonly conntime: number
      readonly timeoffset: number
      readonly pingtime?: number | RawNumber
      readonly minping?: number | RawNumber
      readonly pingwait?: number | RawNumber
      readonly version: number
      readonly subver: string
      readonly inbound: boolean
      readonly bip152_hb_to: boolean
      readonly bip152_hb_from: boolean
      readonly presynced_headers: number
      readonly synced_headers: number
      readonly synced_blocks: number
      readonly inflight: readonly number[]
      readonly addr_relay_enabled: boolean
      readonly addr_processed: number
      readonly addr_rate_limited: number
      readonly permissions: readonly string[]
      readonly minfeefilter: RawNumber
      readonly bytessent_per_msg: { readonly [name: string]: number }
      readonly bytesrecv_per_msg: { readonly [name: string]: number }
      readonly connection_type: string
      readonly transport_protocol_type: string
      readonly session_id: string
    }[]
  }
  /** All bans. */
  readonly listbanned: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly {
      readonly address: string
      readonly ban_created: number
      readonly banned_until: number
      readonly ban_duration: number
      readonly time_remaining: number
    }[]
  }
  /** Pings all peers; how long their answers take shows in getpeerinfo. */
  readonly ping: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
  /** Bans an address or a subnet, or lifts its ban. */
  readonly setban: {
    readonly params: [subnet: string, command: string, bantime?: number | null, absolute?: boolean | null]
    readonly named: {
      readonly subnet: string
      readonly command: string
      readonly bantime?: number
      readonly absolute?: boolean
    }
    readonly result: null
  }
  /** Ends all connections and makes none, or goes on. */
  readonly setnetworkactive: {
    readonly params: [state: boolean]
    readonly named: { readonly state: boolean }
    readonly result: boolean
  }
}
