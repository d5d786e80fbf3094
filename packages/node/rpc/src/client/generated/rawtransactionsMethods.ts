// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type { Amount } from '../typedClient.ts'
import type {
  DecodepsbtResultTxVin,
  DecodepsbtResultTxVout,
  DecodepsbtResultTx,
  DecodepsbtResultInputsTaprootBip32Derivs,
  SignrawtransactionwithkeyResult,
  SubmitpackageResultTxResultsFees,
} from './shapes.ts'

export interface RawtransactionsMethods {
  /** Sends a transaction to no more peers over private connections (-privatebroadcast). */
  readonly abortprivatebroadcast: {
    readonly params: [id: string]
    readonly named: { readonly id: string }
    readonly result: {
      readonly removed_transactions: readonly { readonly txid: string; readonly wtxid: string; readonly hex: string }[]
    }
  }
  /** Says what a PSBT lacks, and who is next. */
  readonly analyzepsbt: {
    readonly params: [psbt: string]
    readonly named: { readonly psbt: string }
    readonly result: {
      readonly inputs?: readonly {
        readonly has_utxo: boolean
        readonly is_final: boolean
        readonly missing?: {
          readonly pubkeys?: readonly string[]
          readonly signatures?: readonly string[]
          readonly redeemscript?: string
          readonly witnessscript?: string
        }
        readonly next?: string
      }[]
      readonly estimated_vsize?: number
      readonly estimated_feerate?: RawNumber
      readonly fee?: RawNumber
      readonly next: string
      readonly error?: string
    }
  }
  /** Puts what several PSBTs of one transaction know together. */
  readonly combinepsbt: {
    readonly params: [txs: readonly string[]]
    readonly named: { readonly txs: readonly string[] }
    readonly result: string
  }
  /** Puts the signatures of several copies of a transaction together. */
  readonly combinerawtransaction: {
    readonly params: [txs: readonly string[]]
    readonly named: { readonly txs: readonly string[] }
    readonly result: string
  }
  /** Makes a PSBT of a transaction. */
  readonly converttopsbt: {
    readonly params: [
      hexstring: string,
      permitsigdata?: boolean | null,
      iswitness?: boolean | null,
      psbt_version?: number | null,
    ]
    readonly named: {
      readonly hexstring: string
      readonly permitsigdata?: boolean
      readonly iswitness?: boolean
      readonly psbt_version?: number
    }
    readonly result: string
  }
  /** Makes a PSBT of an unsigned transaction. */
  readonly createpsbt: {
    readonly params: [
      inputs: readonly JsonOutput[],
      outputs: JsonOutput,
      locktime?: number | null,
      replaceable?: boolean | null,
      version?: number | null,
      psbt_version?: number | null,
    ]
    readonly named: {
      readonly inputs: readonly JsonOutput[]
      readonly outputs: JsonOutput
      readonly locktime?: number
      readonly replaceable?: boolean
      readonly version?: number
      readonly psbt_version?: number
    }
    readonly result: string
  }
  /** Makes an unsigned transaction. */
  readonly createrawtransaction: {
    readonly params: [
      inputs: readonly JsonOutput[],
      outputs: JsonOutput,
      locktime?: number | null,
      replaceable?: boolean | null,
      version?: number | null,
    ]
    readonly named: {
      readonly inputs: readonly JsonOutput[]
      readonly outputs: JsonOutput
      readonly locktime?: number
      readonly replaceable?: boolean
      readonly version?: number
    }
    readonly result: string
  }
  /** Shows a PSBT. */
  readonly decodepsbt: {
    readonly params: [psbt: string]
    readonly named: { readonly psbt: string }
    readonly result: {
      readonly tx?: DecodepsbtResultTx
      readonly global_xpubs: readonly {
        readonly xpub: string
        readonly master_fingerprint: string
        readonly path: string
      }[]
      readonly tx_version?: number
      readonly fallback_locktime?: number
      readonly input_count?: number
      readonly output_count?: number
      readonly inputs_modifiable?: boolean
      readonly outputs_modifiable?: boolean
      readonly has_sighash_single?: boolean
      readonly psbt_version: number
      readonly proprietary: readonly {
        readonly identifier: string
        readonly subtype: number
        readonly key: string
        readonly value: string
      }[]
      readonly unknown: { readonly [name: string]: string }
      readonly inputs: readonly {
        readonly witness_utxo?: {
          readonly amount: RawNumber
          readonly scriptPubKey: {
            readonly asm: string
            readonly desc: string
            readonly hex: string
            readonly address?: string
            readonly type: string
          }
        }
        readonly non_witness_utxo?: DecodepsbtResultTx
        readonly partial_signatures?: { readonly [name: string]: string }
        readonly sighash?: string
        readonly redeem_script?: { readonly asm: string; readonly hex: string; readonly type: string }
        readonly witness_script?: { readonly asm: string; readonly hex: string; readonly type: string }
        readonly bip32_derivs?: readonly {
          readonly pubkey: string
          readonly master_fingerprint: string
          readonly path: string
        }[]
        readonly final_scriptSig?: { readonly asm: string; readonly hex: string }
        readonly final_scriptwitness?: readonly string[]
        readonly ripemd160_preimages?: { readonly [name: string]: string }
        readonly sha256_preimages?: { readonly [name: string]: string }
        readonly hash160_preimages?: { readonly [name: string]: string }
        readonly hash256_preimages?: { readonly [name: string]: string }
        readonly previous_txid?: string
        readonly previous_vout?: number
        readonly sequence?: number
        readonly time_locktime?: number
        readonly height_locktime?: number
        readonly taproot_key_path_sig?: string
        readonly taproot_script_path_sigs?: readonly {
          readonly pubkey: string
          readonly leaf_hash: string
          readonly sig: string
        }[]
        readonly taproot_scripts?: readonly {
          readonly script: string
          readonly leaf_ver: number
          readonly control_blocks: readonly string[]
        }[]
        readonly taproot_bip32_derivs?: readonly DecodepsbtResultInputsTaprootBip32Derivs[]
        readonly taproot_internal_key?: string
        readonly taproot_merkle_root?: string
        readonly musig2_participant_pubkeys?: readonly {
          readonly aggregate_pubkey: string
          readonly participant_pubkeys: readonly string[]
        }[]
        readonly musig2_pubnonces?: readonly {
          readonly participant_pubkey: string
          readonly aggregate_pubkey: string
          readonly leaf_hash?: string
          readonly pubnonce: string
        }[]
        readonly musig2_partial_sigs?: readonly {
          readonly participant_pubkey: string
          readonly aggregate_pubkey: string
          readonly leaf_hash?: string
          readonly partial_sig: string
        }[]
        readonly proprietary?: readonly {
          readonly identifier: string
          readonly subtype: number
          readonly key: string
          readonly value: string
        }[]
        readonly unknown?: { readonly [name: string]: string }
      }[]
      readonly outputs: readonly {
        readonly redeem_script?: { readonly asm: string; readonly hex: string; readonly type: string }
        readonly witness_script?: { readonly asm: string; readonly hex: string; readonly type: string }
        readonly bip32_derivs?: readonly {
          readonly pubkey: string
          readonly master_fingerprint: string
          readonly path: string
        }[]
        readonly amount?: RawNumber
        readonly script?: {
          readonly asm: string
          readonly desc: string
          readonly hex: string
          readonly address?: string
          readonly type: string
        }
        readonly taproot_internal_key?: string
        readonly taproot_tree?: readonly {
          readonly depth: number
          readonly leaf_ver: number
          readonly script: string
        }[]
        readonly taproot_bip32_derivs?: readonly DecodepsbtResultInputsTaprootBip32Derivs[]
        readonly musig2_participant_pubkeys?: readonly {
          readonly aggregate_pubkey: string
          readonly participant_pubkeys: readonly string[]
        }[]
        readonly proprietary?: readonly {
          readonly identifier: string
          readonly subtype: number
          readonly key: string
          readonly value: string
        }[]
        readonly unknown?: { readonly [name: string]: string }
      }[]
      readonly fee?: RawNumber
    }
  }
  /** Shows a serialised transaction. */
  readonly decoderawtransaction: {
    readonly params: [hexstring: string, iswitness?: boolean | null]
    readonly named: { readonly hexstring: string; readonly iswitness?: boolean }
    readonly result: DecodepsbtResultTx
  }
  /** Shows a script. */
  readonly decodescript: {
    readonly params: [hexstring: string]
    readonly named: { readonly hexstring: string }
    readonly result: {
      readonly asm: string
      readonly desc: string
      readonly address?: string
      readonly type: string
      readonly p2sh?: string
      readonly segwit?: {
        readonly asm: string
        readonly desc: string
        readonly hex: string
        readonly address?: string
        readonly type: string
        readonly 'p2sh-segwit': string
      }
    }
  }
  /** Adds what chain, pool and descriptors know, and signs with the secret keys of the descriptors. */
  readonly descriptorprocesspsbt: {
    readonly params: [
      psbt: string,
      descriptors: readonly JsonOutput[],
      sighashtype?: string | null,
      bip32derivs?: boolean | null,
      finalize?: boolean | null,
    ]
    readonly named: {
      readonly psbt: string
      readonly descriptors: readonly JsonOutput[]
      readonly sighashtype?: string
      readonly bip32derivs?: boolean
      readonly finalize?: boolean
    }
    readonly result: { readonly psbt?: string; readonly hex?: string; readonly complete: boolean }
  }
  /** Turns the signatures of a PSBT into scripts, and the PSBT into a transaction where nothing is missing. */
  readonly finalizepsbt: {
    readonly params: [psbt: string, extract?: boolean | null]
    readonly named: { readonly psbt: string; readonly extract?: boolean }
    readonly result: { readonly psbt?: string; readonly hex?: string; readonly complete: boolean }
  }
  /** Transactions that are on their way over private connections (-privatebroadcast), and whom they were sent to. */
  readonly getprivatebroadcastinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly transactions: readonly {
        readonly txid: string
        readonly wtxid: string
        readonly hex: string
        readonly time_added: number
        readonly peers: readonly { readonly address: string; readonly sent: number; readonly received?: number }[]
      }[]
    }
  }
  /** A transaction of the mempool, of the transaction index, or of the block named. */
  readonly getrawtransaction: {
    readonly params: [txid: string, verbosity?: JsonOutput | null, blockhash?: string | null]
    readonly named: {
      readonly txid: string
      readonly verbosity?: JsonOutput
      readonly verbose?: JsonOutput
      readonly blockhash?: string
    }
    readonly result:
      | string
      | {
          readonly in_active_chain?: boolean
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
          readonly blockhash?: string
          readonly confirmations?: number
          readonly time?: number
          readonly blocktime?: number
        }
  }
  /** Makes one PSBT of several with different inputs. */
  readonly joinpsbts: {
    readonly params: [txs: readonly string[]]
    readonly named: { readonly txs: readonly string[] }
    readonly result: string
  }
  /** Gives a transaction to the mempool and to all peers; with -privatebroadcast to a few peers over Tor and I2P only, and it comes into the mempool when the network brings it back. */
  readonly sendrawtransaction: {
    readonly params: [hexstring: string, maxfeerate?: Amount | null, maxburnamount?: Amount | null]
    readonly named: { readonly hexstring: string; readonly maxfeerate?: Amount; readonly maxburnamount?: Amount }
    readonly result: string
  }
  /** Signs the inputs of a transaction with the keys given. */
  readonly signrawtransactionwithkey: {
    readonly params: [
      hexstring: string,
      privkeys: readonly string[],
      prevtxs?: readonly JsonOutput[] | null,
      sighashtype?: string | null,
    ]
    readonly named: {
      readonly hexstring: string
      readonly privkeys: readonly string[]
      readonly prevtxs?: readonly JsonOutput[]
      readonly sighashtype?: string
    }
    readonly result: SignrawtransactionwithkeyResult
  }
  /** Gives parents and a child that pays for them to the mempool. */
  readonly submitpackage: {
    readonly params: [arg0: readonly string[], maxfeerate?: Amount | null, maxburnamount?: Amount | null]
    readonly named: {
      readonly package: readonly string[]
      readonly maxfeerate?: Amount
      readonly maxburnamount?: Amount
    }
    readonly result: {
      readonly package_msg: string
      readonly 'tx-results': {
        readonly [name: string]: {
          readonly txid: string
          readonly 'other-wtxid'?: string
          readonly vsize?: number
          readonly fees?: SubmitpackageResultTxResultsFees
          readonly error?: string
        }
      }
      readonly 'replaced-transactions': readonly string[]
    }
  }
  /** Whether the mempool would take transactions. */
  readonly testmempoolaccept: {
    readonly params: [rawtxs: readonly string[], maxfeerate?: Amount | null]
    readonly named: { readonly rawtxs: readonly string[]; readonly maxfeerate?: Amount }
    readonly result: readonly {
      readonly txid: string
      readonly wtxid: string
      readonly allowed?: boolean
      readonly 'package-error'?: string
      readonly vsize?: number
      readonly fees?: SubmitpackageResultTxResultsFees
      readonly 'reject-reason'?: string
      readonly 'reject-details'?: string
    }[]
  }
  /** Adds what chain, pool and descriptors know of inputs and outputs. */
  readonly utxoupdatepsbt: {
    readonly params: [psbt: string, descriptors?: readonly JsonOutput[] | null]
    readonly named: { readonly psbt: string; readonly descriptors?: readonly JsonOutput[] }
    readonly result: string
  }
}
