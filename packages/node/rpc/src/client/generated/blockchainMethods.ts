// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json, JsonOutput, RawNumber } from '../../json/value.ts'

export interface BlockchainMethods {
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
          readonly coinbase_tx: {
            readonly version: number
            readonly locktime: number
            readonly sequence: number
            readonly coinbase: string
            readonly witness?: string
          }
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
          readonly coinbase_tx: {
            readonly version: number
            readonly locktime: number
            readonly sequence: number
            readonly coinbase: string
            readonly witness?: string
          }
          readonly tx: readonly {
            readonly txid: string
            readonly hash: string
            readonly version: number
            readonly size: number
            readonly vsize: number
            readonly weight: number
            readonly locktime: number
            readonly vin: readonly {
              readonly coinbase?: string
              readonly txid?: string
              readonly vout?: number
              readonly scriptSig?: { readonly asm: string; readonly hex: string }
              readonly txinwitness?: readonly string[]
              readonly prevout?: {
                readonly generated: boolean
                readonly height: number
                readonly value: RawNumber
                readonly scriptPubKey: {
                  readonly asm: string
                  readonly desc: string
                  readonly hex: string
                  readonly address?: string
                  readonly type: string
                }
              }
              readonly sequence: number
            }[]
            readonly vout: readonly {
              readonly value: RawNumber
              readonly n: number
              readonly scriptPubKey: {
                readonly asm: string
                readonly desc: string
                readonly hex: string
                readonly address?: string
                readonly type: string
              }
            }[]
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
    readonly params: [hash_or_height: JsonOutput, stats?: readonly JsonOutput[] | null]
    readonly named: { readonly hash_or_height: JsonOutput; readonly stats?: readonly JsonOutput[] }
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
    readonly result:
      | readonly string[]
      | {
          readonly [name: string]: {
            readonly vsize: number
            readonly weight: number
            readonly time: number
            readonly height: number
            readonly descendantcount: number
            readonly descendantsize: number
            readonly ancestorcount: number
            readonly ancestorsize: number
            readonly wtxid: string
            readonly chunkweight: number
            readonly fees: {
              readonly base: RawNumber
              readonly modified: RawNumber
              readonly ancestor: RawNumber
              readonly descendant: RawNumber
              readonly chunk: RawNumber
            }
            readonly depends: readonly string[]
            readonly spentby: readonly string[]
            readonly unbroadcast: boolean
            readonly 'bip125-replaceable'?: boolean
          }
        }
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
    readonly result:
      | readonly string[]
      | {
          readonly [name: string]: {
            readonly vsize: number
            readonly weight: number
            readonly time: number
            readonly height: number
            readonly descendantcount: number
            readonly descendantsize: number
            readonly ancestorcount: number
            readonly ancestorsize: number
            readonly wtxid: string
            readonly chunkweight: number
            readonly fees: {
              readonly base: RawNumber
              readonly modified: RawNumber
              readonly ancestor: RawNumber
              readonly descendant: RawNumber
              readonly chunk: RawNumber
            }
            readonly depends: readonly string[]
            readonly spentby: readonly string[]
            readonly unbroadcast: boolean
            readonly 'bip125-replaceable'?: boolean
          }
        }
  }
  /** One transaction of the mempool. */
  readonly getmempoolentry: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: {
      readonly vsize: number
      readonly weight: number
      readonly time: number
      readonly height: number
      readonly descendantcount: number
      readonly descendantsize: number
      readonly ancestorcount: number
      readonly ancestorsize: number
      readonly wtxid: string
      readonly chunkweight: number
      readonly fees: {
        readonly base: RawNumber
        readonly modified: RawNumber
        readonly ancestor: RawNumber
        readonly descendant: RawNumber
        readonly chunk: RawNumber
      }
      readonly depends: readonly string[]
      readonly spentby: readonly string[]
      readonly unbroadcast: boolean
      readonly 'bip125-replaceable'?: boolean
    }
  }
  /** State of the mempool. */
  readonly getmempoolinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly loaded: boolean
      readonly size: number
      readonly bytes: number
      readonly usage: number
      readonly total_fee: RawNumber
      readonly maxmempool: number
      readonly mempoolminfee: RawNumber
      readonly minrelaytxfee: RawNumber
      readonly incrementalrelayfee: RawNumber
      readonly unbroadcastcount: number
      readonly permitbaremultisig: boolean
      readonly maxdatacarriersize: number
      readonly limitclustercount: number
      readonly limitclustersize: number
      readonly optimal: boolean
      readonly fullrbf?: boolean
    }
  }
  /** Ids of all transactions in the mempool, those to be mined first in front. */
  readonly getrawmempool: {
    readonly params: [verbose?: boolean | null, mempool_sequence?: boolean | null]
    readonly named: { readonly verbose?: boolean; readonly mempool_sequence?: boolean }
    readonly result:
      | readonly string[]
      | {
          readonly [name: string]: {
            readonly vsize: number
            readonly weight: number
            readonly time: number
            readonly height: number
            readonly descendantcount: number
            readonly descendantsize: number
            readonly ancestorcount: number
            readonly ancestorsize: number
            readonly wtxid: string
            readonly chunkweight: number
            readonly fees: {
              readonly base: RawNumber
              readonly modified: RawNumber
              readonly ancestor: RawNumber
              readonly descendant: RawNumber
              readonly chunk: RawNumber
            }
            readonly depends: readonly string[]
            readonly spentby: readonly string[]
            readonly unbroadcast: boolean
            readonly 'bip125-replaceable'?: boolean
          }
        }
      | { readonly txids: readonly string[]; readonly mempool_sequence: number }
  }
  /** An unspent output, or null. */
  readonly gettxout: {
    readonly params: [txid: string, n: number, include_mempool?: boolean | null]
    readonly named: { readonly txid: string; readonly n: number; readonly include_mempool?: boolean }
    readonly result: {
      readonly bestblock: string
      readonly confirmations: number
      readonly value: RawNumber
      readonly scriptPubKey: {
        readonly asm: string
        readonly desc: string
        readonly hex: string
        readonly address?: string
        readonly type: string
      }
      readonly coinbase: boolean
    } | null
  }
  /** Proves that transactions are in a block. */
  readonly gettxoutproof: {
    readonly params: [txids: readonly JsonOutput[], blockhash?: string | null]
    readonly named: { readonly txids: readonly JsonOutput[]; readonly blockhash?: string }
    readonly result: string
  }
  /** Counts all unspent outputs and hashes them. */
  readonly gettxoutsetinfo: {
    readonly params: [hash_type?: string | null]
    readonly named: { readonly hash_type?: string }
    readonly result: {
      readonly height: number
      readonly bestblock: string
      readonly txouts: number
      readonly bogosize: number
      readonly hash_serialized_3?: string
      readonly muhash?: string
      readonly total_amount: RawNumber
      readonly transactions?: number
      readonly disk_size?: number
      readonly total_unspendable_amount?: RawNumber
      readonly block_info?: Json
    }
  }
  /** Which transactions of the mempool spend outputs. */
  readonly gettxspendingprevout: {
    readonly params: [outputs: readonly JsonOutput[], options?: { readonly [name: string]: JsonOutput } | null]
    readonly named: {
      readonly outputs: readonly JsonOutput[]
      readonly options?: { readonly [name: string]: JsonOutput }
    }
    readonly result: readonly {
      readonly txid: string
      readonly vout: number
      readonly spendingtxid?: string
      readonly spendingtx?: string
      readonly blockhash?: string
    }[]
  }
  /** Offers the transactions of a saved mempool to ours. */
  readonly importmempool: {
    readonly params: [filepath: string, options?: { readonly [name: string]: JsonOutput } | null]
    readonly named: { readonly filepath: string; readonly options?: { readonly [name: string]: JsonOutput } }
    readonly result: Readonly<Record<string, never>>
  }
  /** Treats a block as if it broke a rule. */
  readonly invalidateblock: {
    readonly params: [blockhash: string]
    readonly named: { readonly blockhash: string }
    readonly result: null
  }
  /** Prefers a block to others of the same work. */
  readonly preciousblock: {
    readonly params: [blockhash: string]
    readonly named: { readonly blockhash: string }
    readonly result: null
  }
  /** Deletes the files of old blocks. Answers the highest block that is gone. */
  readonly pruneblockchain: {
    readonly params: [height: number]
    readonly named: { readonly height: number }
    readonly result: number
  }
  /** Takes back invalidateblock. */
  readonly reconsiderblock: {
    readonly params: [blockhash: string]
    readonly named: { readonly blockhash: string }
    readonly result: null
  }
  /** Writes the mempool to disk. */
  readonly savemempool: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: { readonly filename: string }
  }
  /** Blocks whose filters (BIP 158) match descriptors: those that touch them, and a few more by chance. */
  readonly scanblocks: {
    readonly params: [
      action: string,
      scanobjects?: readonly JsonOutput[] | null,
      start_height?: number | null,
      stop_height?: number | null,
      filtertype?: string | null,
      options?: { readonly [name: string]: JsonOutput } | null,
    ]
    readonly named: {
      readonly action: string
      readonly scanobjects?: readonly JsonOutput[]
      readonly start_height?: number
      readonly stop_height?: number
      readonly filtertype?: string
      readonly options?: { readonly [name: string]: JsonOutput }
    }
    readonly result:
      | {
          readonly from_height: number
          readonly to_height: number
          readonly relevant_blocks: readonly string[]
          readonly completed: boolean
        }
      | { readonly progress: number; readonly current_height: number }
      | null
      | boolean
  }
  /** Finds the unspent outputs of descriptors. */
  readonly scantxoutset: {
    readonly params: [action: string, scanobjects?: readonly JsonOutput[] | null]
    readonly named: { readonly action: string; readonly scanobjects?: readonly JsonOutput[] }
    readonly result:
      | {
          readonly success: boolean
          readonly txouts: number
          readonly height: number
          readonly bestblock: string
          readonly unspents: readonly {
            readonly txid: string
            readonly vout: number
            readonly scriptPubKey: string
            readonly desc: string
            readonly amount: RawNumber
            readonly coinbase: boolean
            readonly height: number
            readonly blockhash: string
            readonly confirmations: number
          }[]
          readonly total_amount: RawNumber
        }
      | null
      | boolean
  }
  /** Verifies the last blocks and the coins. True if all is good. */
  readonly verifychain: {
    readonly params: [checklevel?: number | null, nblocks?: number | null]
    readonly named: { readonly checklevel?: number; readonly nblocks?: number }
    readonly result: boolean
  }
  /** The transactions that a proof proves; none if it does not hold. */
  readonly verifytxoutproof: {
    readonly params: [proof: string]
    readonly named: { readonly proof: string }
    readonly result: readonly string[]
  }
  /** Waits until a block is the tip. */
  readonly waitforblock: {
    readonly params: [blockhash: string, timeout?: number | null]
    readonly named: { readonly blockhash: string; readonly timeout?: number }
    readonly result: { readonly hash: string; readonly height: number }
  }
  /** Waits until the chain has a height. */
  readonly waitforblockheight: {
    readonly params: [height: number, timeout?: number | null]
    readonly named: { readonly height: number; readonly timeout?: number }
    readonly result: { readonly hash: string; readonly height: number }
  }
  /** Waits for another tip. */
  readonly waitfornewblock: {
    readonly params: [timeout?: number | null, current_tip?: string | null]
    readonly named: { readonly timeout?: number; readonly current_tip?: string }
    readonly result: { readonly hash: string; readonly height: number }
  }
}
