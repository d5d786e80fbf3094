// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type { GetmempoolancestorsResult, ImportmempoolOptions } from './shapes.ts'

export interface BlockchainMethods2 {
  /** One transaction of the mempool. */
  readonly getmempoolentry: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: GetmempoolancestorsResult
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
      | { readonly [name: string]: GetmempoolancestorsResult }
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
    readonly params: [txids: readonly string[], blockhash?: string | null]
    readonly named: { readonly txids: readonly string[]; readonly blockhash?: string }
    readonly result: string
  }
  /** Counts all unspent outputs and hashes them; with -coinstatsindex at once, and for any block. */
  readonly gettxoutsetinfo: {
    readonly params: [hash_type?: string | null, hash_or_height?: JsonOutput | null, use_index?: boolean | null]
    readonly named: { readonly hash_type?: string; readonly hash_or_height?: JsonOutput; readonly use_index?: boolean }
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
      readonly block_info?: {
        readonly prevout_spent: RawNumber
        readonly coinbase: RawNumber
        readonly new_outputs_ex_coinbase: RawNumber
        readonly unspendable: RawNumber
        readonly unspendables: {
          readonly genesis_block: RawNumber
          readonly bip30: RawNumber
          readonly scripts: RawNumber
          readonly unclaimed_rewards: RawNumber
        }
      }
    }
  }
  /** Which transactions spend outputs: those of the mempool and, with -txospenderindex, of the chain. */
  readonly gettxspendingprevout: {
    readonly params: [
      outputs: readonly JsonOutput[],
      options?: { readonly mempool_only?: boolean; readonly return_spending_tx?: boolean } | null,
    ]
    readonly named: {
      readonly outputs: readonly JsonOutput[]
      readonly options?: { readonly mempool_only?: boolean; readonly return_spending_tx?: boolean }
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
    readonly params: [filepath: string, options?: ImportmempoolOptions | null]
    readonly named: { readonly filepath: string; readonly options?: ImportmempoolOptions }
    readonly result: Readonly<Record<string, never>>
  }
  /** Goes on at once from the coins of a file, while the blocks up to them are checked in the background. */
  readonly loadtxoutset: {
    readonly params: [path: string]
    readonly named: { readonly path: string }
    readonly result: {
      readonly coins_loaded: number
      readonly tip_hash: string
      readonly base_height: number
      readonly path: string
    }
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
      options?: { readonly filter_false_positives?: boolean } | null,
    ]
    readonly named: {
      readonly action: string
      readonly scanobjects?: readonly JsonOutput[]
      readonly start_height?: number
      readonly stop_height?: number
      readonly filtertype?: string
      readonly options?: { readonly filter_false_positives?: boolean }
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
      | { readonly progress: number }
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
