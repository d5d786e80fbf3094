// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type {
  GetblockResultCoinbaseTx,
  DecodepsbtResultTxVin,
  DecodepsbtResultTxVout,
  GetmempoolancestorsResult,
} from './shapes.ts'

export interface BlockchainMethods {
  /** Writes all coins into a file, as they are or as they were after an earlier block. */
  readonly dumptxoutset: {
    readonly params: [
      path: string,
      type?: string | null,
      options?: { readonly rollback?: JsonOutput; readonly in_memory?: boolean } | null,
    ]
    readonly named: {
      readonly path: string
      readonly type?: string
      readonly options?: { readonly rollback?: JsonOutput; readonly in_memory?: boolean }
    }
    readonly result: {
      readonly coins_written: number
      readonly base_hash: string
      readonly base_height: number
      readonly path: string
      readonly txoutset_hash: string
      readonly nchaintx: number
    }
  }
  /** Hash of the tip. */
  readonly getbestblockhash: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: string
  }
  /** A block: 0 in hexadecimal, 1 with txids, 2 with transactions, 3 with what they spend. */
  readonly getblock: {
    readonly params: [blockhash: string, verbosity?: JsonOutput | null]
    readonly named: { readonly blockhash: string; readonly verbosity?: JsonOutput; readonly verbose?: JsonOutput }
    readonly result:
      | string
      | {
          readonly hash: string
          readonly confirmations: number
          readonly height: number
          readonly version: number
          readonly versionHex: string
          readonly merkleroot: string
          readonly time: number
          readonly mediantime: number
          readonly nonce: number
          readonly bits: string
          readonly target: string
          readonly difficulty: number | RawNumber
          readonly chainwork: string
          readonly nTx: number
          readonly previousblockhash?: string
          readonly nextblockhash?: string
          readonly strippedsize: number
          readonly size: number
          readonly weight: number
          readonly coinbase_tx: GetblockResultCoinbaseTx
          readonly tx: readonly string[]
        }
      | {
          readonly hash: string
          readonly confirmations: number
          readonly height: number
          readonly version: number
          readonly versionHex: string
          readonly merkleroot: string
          readonly time: number
          readonly mediantime: number
          readonly nonce: number
          readonly bits: string
          readonly target: string
          readonly difficulty: number | RawNumber
          readonly chainwork: string
          readonly nTx: number
          readonly previousblockhash?: string
          readonly nextblockhash?: string
          readonly strippedsize: number
          readonly size: number
          readonly weight: number
          readonly coinbase_tx: GetblockResultCoinbaseTx
          readonly tx: readonly {
            readonly txid: string
            readonly hash: string
            readonly version: number
            readonly size: number
            readonly vsize: number
            readonly weight: number
            readonly locktime: number
            readonly vin: readonly DecodepsbtResultTxVin[]
            readonly vout: readonly DecodepsbtResultTxVout[]
            readonly fee?: RawNumber
            readonly hex: string
          }[]
        }
  }
  /** State of the chain. */
  readonly getblockchaininfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly chain: string
      readonly blocks: number
      readonly headers: number
      readonly bestblockhash: string
      readonly bits: string
      readonly target: string
      readonly difficulty: number | RawNumber
      readonly time: number
      readonly mediantime: number
      readonly verificationprogress: number | RawNumber
      readonly initialblockdownload: boolean
      readonly backgroundvalidation?: {
        readonly snapshotheight: number
        readonly blocks: number
        readonly bestblockhash: string
        readonly mediantime: number
        readonly chainwork: string
        readonly verificationprogress: number | RawNumber
      }
      readonly chainwork: string
      readonly size_on_disk: number
      readonly pruned: boolean
      readonly pruneheight?: number
      readonly automatic_pruning?: boolean
      readonly prune_target_size?: number
      readonly signet_challenge?: string
      readonly warnings: readonly string[]
    }
  }
  /** Height of the most-work fully validated chain. */
  readonly getblockcount: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: number
  }
  /** The BIP 158 filter of a block, with the header of its filter. */
  readonly getblockfilter: {
    readonly params: [blockhash: string, filtertype?: string | null]
    readonly named: { readonly blockhash: string; readonly filtertype?: string }
    readonly result: { readonly filter: string; readonly header: string }
  }
  /** Asks a peer for a block whose header is known; the block comes later, if at all. */
  readonly getblockfrompeer: {
    readonly params: [blockhash: string, peer_id: number]
    readonly named: { readonly blockhash: string; readonly peer_id: number }
    readonly result: Readonly<Record<string, never>>
  }
  /** Hash of the block at a height. */
  readonly getblockhash: {
    readonly params: [height: number]
    readonly named: { readonly height: number }
    readonly result: string
  }
  /** A block header. */
  readonly getblockheader: {
    readonly params: [blockhash: string, verbose?: boolean | null]
    readonly named: { readonly blockhash: string; readonly verbose?: boolean }
    readonly result:
      | {
          readonly hash: string
          readonly confirmations: number
          readonly height: number
          readonly version: number
          readonly versionHex: string
          readonly merkleroot: string
          readonly time: number
          readonly mediantime: number
          readonly nonce: number
          readonly bits: string
          readonly target: string
          readonly difficulty: number | RawNumber
          readonly chainwork: string
          readonly nTx: number
          readonly previousblockhash?: string
          readonly nextblockhash?: string
        }
      | string
  }
  /** Sizes and fees of a block; amounts in satoshi. */
  readonly getblockstats: {
    readonly params: [hash_or_height: JsonOutput, stats?: readonly string[] | null]
    readonly named: { readonly hash_or_height: JsonOutput; readonly stats?: readonly string[] }
    readonly result:
      | {
          readonly avgfee: number
          readonly avgfeerate: number
          readonly avgtxsize: number
          readonly blockhash: string
          readonly feerate_percentiles: readonly number[]
          readonly height: number
          readonly ins: number
          readonly maxfee: number
          readonly maxfeerate: number
          readonly maxtxsize: number
          readonly medianfee: number
          readonly mediantime: number
          readonly mediantxsize: number
          readonly minfee: number
          readonly minfeerate: number
          readonly mintxsize: number
          readonly outs: number
          readonly subsidy: number
          readonly swtotal_size: number
          readonly swtotal_weight: number
          readonly swtxs: number
          readonly time: number
          readonly total_out: number
          readonly total_size: number
          readonly total_weight: number
          readonly totalfee: number
          readonly txs: number
          readonly utxo_increase: number
          readonly utxo_size_inc: number
          readonly utxo_increase_actual: number
          readonly utxo_size_inc_actual: number
        }
      | {
          readonly avgfee?: number
          readonly avgfeerate?: number
          readonly avgtxsize?: number
          readonly blockhash?: string
          readonly feerate_percentiles?: readonly number[]
          readonly height?: number
          readonly ins?: number
          readonly maxfee?: number
          readonly maxfeerate?: number
          readonly maxtxsize?: number
          readonly medianfee?: number
          readonly mediantime?: number
          readonly mediantxsize?: number
          readonly minfee?: number
          readonly minfeerate?: number
          readonly mintxsize?: number
          readonly outs?: number
          readonly subsidy?: number
          readonly swtotal_size?: number
          readonly swtotal_weight?: number
          readonly swtxs?: number
          readonly time?: number
          readonly total_out?: number
          readonly total_size?: number
          readonly total_weight?: number
          readonly totalfee?: number
          readonly txs?: number
          readonly utxo_increase?: number
          readonly utxo_size_inc?: number
          readonly utxo_increase_actual?: number
          readonly utxo_size_inc_actual?: number
        }
  }
  /** The sets of coins that are kept: the active one last; before it one that blocks under a snapshot are checked with. */
  readonly getchainstates: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly headers: number
      readonly chainstates: readonly {
        readonly blocks: number
        readonly bestblockhash: string
        readonly bits: string
        readonly target: string
        readonly difficulty: number | RawNumber
        readonly verificationprogress: number | RawNumber
        readonly coins_db_cache_bytes: number
        readonly coins_tip_cache_bytes: number
        readonly snapshot_blockhash?: string
        readonly validated: boolean
      }[]
    }
  }
  /** The ends of all known branches. */
  readonly getchaintips: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly {
      readonly height: number
      readonly hash: string
      readonly branchlen: number
      readonly status: string
    }[]
  }
  /** How many transactions the chain has, and how fast they came. */
  readonly getchaintxstats: {
    readonly params: [nblocks?: number | null, blockhash?: string | null]
    readonly named: { readonly nblocks?: number; readonly blockhash?: string }
    readonly result: {
      readonly time: number
      readonly txcount?: number
      readonly window_final_block_hash: string
      readonly window_final_block_height: number
      readonly window_block_count: number
      readonly window_interval?: number
      readonly window_tx_count?: number
      readonly txrate?: number | RawNumber
    }
  }
  /** Which rules hold at a block, and how signalling for others goes. */
  readonly getdeploymentinfo: {
    readonly params: [blockhash?: string | null]
    readonly named: { readonly blockhash?: string }
    readonly result: {
      readonly hash: string
      readonly height: number
      readonly script_flags: readonly string[]
      readonly deployments: {
        readonly [name: string]: {
          readonly type: string
          readonly height?: number
          readonly active: boolean
          readonly bip9?: {
            readonly bit?: number
            readonly start_time: number
            readonly timeout: number
            readonly min_activation_height: number
            readonly status: string
            readonly since: number
            readonly status_next: string
            readonly statistics?: {
              readonly period: number
              readonly threshold?: number
              readonly elapsed: number
              readonly count: number
              readonly possible?: boolean
            }
            readonly signalling?: string
          }
        }
      }
    }
  }
  /** What blocks, as scanblocks finds them, spend of descriptors and pay to them. */
  readonly getdescriptoractivity: {
    readonly params: [
      blockhashes: readonly string[],
      scanobjects: readonly JsonOutput[],
      include_mempool?: boolean | null,
    ]
    readonly named: {
      readonly blockhashes: readonly string[]
      readonly scanobjects: readonly JsonOutput[]
      readonly include_mempool?: boolean
    }
    readonly result: {
      readonly activity: readonly {
        readonly type: string
        readonly amount: RawNumber
        readonly blockhash?: string
        readonly height?: number
        readonly spend_txid?: string
        readonly spend_vin?: number
        readonly prevout_txid?: string
        readonly prevout_vout?: number
        readonly prevout_spk?: {
          readonly asm: string
          readonly desc: string
          readonly hex: string
          readonly address?: string
          readonly type: string
        }
        readonly txid?: string
        readonly vout?: number
        readonly output_spk?: {
          readonly asm: string
          readonly desc: string
          readonly hex: string
          readonly address?: string
          readonly type: string
        }
      }[]
    }
  }
  /** Difficulty of the tip. */
  readonly getdifficulty: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: number | RawNumber
  }
  /** What a transaction in the mempool depends on. */
  readonly getmempoolancestors: {
    readonly params: [txid: string, verbose?: boolean | null]
    readonly named: { readonly txid: string; readonly verbose?: boolean }
    readonly result: readonly string[] | { readonly [name: string]: GetmempoolancestorsResult }
  }
  /** The transactions that are connected with one in the mempool, in the order in which they are mined. */
  readonly getmempoolcluster: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: {
      readonly clusterweight: number
      readonly txcount: number
      readonly chunks: readonly {
        readonly chunkfee: RawNumber
        readonly chunkweight: number
        readonly txs: readonly string[]
      }[]
    }
  }
  /** What depends on a transaction in the mempool. */
  readonly getmempooldescendants: {
    readonly params: [txid: string, verbose?: boolean | null]
    readonly named: { readonly txid: string; readonly verbose?: boolean }
    readonly result: readonly string[] | { readonly [name: string]: GetmempoolancestorsResult }
  }
}
