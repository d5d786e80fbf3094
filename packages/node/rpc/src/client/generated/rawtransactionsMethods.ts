// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type { Amount } from '../typedClient.ts'

export interface RawtransactionsMethods {
  /** Puts the signatures of several copies of a transaction together. */
  readonly combinerawtransaction: {
    readonly params: [txs: readonly JsonOutput[]]
    readonly named: { readonly txs: readonly JsonOutput[] }
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
  /** Shows a serialised transaction. */
  readonly decoderawtransaction: {
    readonly params: [hexstring: string, iswitness?: boolean | null]
    readonly named: { readonly hexstring: string; readonly iswitness?: boolean }
    readonly result: {
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
    }
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
          readonly blockhash?: string
          readonly confirmations?: number
          readonly time?: number
          readonly blocktime?: number
        }
  }
  /** Gives a transaction to the mempool and to all peers. */
  readonly sendrawtransaction: {
    readonly params: [hexstring: string, maxfeerate?: Amount | null, maxburnamount?: Amount | null]
    readonly named: { readonly hexstring: string; readonly maxfeerate?: Amount; readonly maxburnamount?: Amount }
    readonly result: string
  }
  /** Signs the inputs of a transaction with the keys given. */
  readonly signrawtransactionwithkey: {
    readonly params: [
      hexstring: string,
      privkeys: readonly JsonOutput[],
      prevtxs?: readonly JsonOutput[] | null,
      sighashtype?: string | null,
    ]
    readonly named: {
      readonly hexstring: string
      readonly privkeys: readonly JsonOutput[]
      readonly prevtxs?: readonly JsonOutput[]
      readonly sighashtype?: string
    }
    readonly result: {
      readonly hex: string
      readonly complete: boolean
      readonly errors?: readonly {
        readonly txid: string
        readonly vout: number
        readonly witness: readonly string[]
        readonly scriptSig: string
        readonly sequence: number
        readonly error: string
      }[]
    }
  }
  /** Gives parents and a child that pays for them to the mempool. */
  readonly submitpackage: {
    readonly params: [arg0: readonly JsonOutput[], maxfeerate?: Amount | null, maxburnamount?: Amount | null]
    readonly named: {
      readonly package: readonly JsonOutput[]
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
          readonly fees?: {
            readonly base: RawNumber
            readonly 'effective-feerate'?: RawNumber
            readonly 'effective-includes'?: readonly string[]
          }
          readonly error?: string
        }
      }
      readonly 'replaced-transactions': readonly string[]
    }
  }
  /** Whether the mempool would take transactions. */
  readonly testmempoolaccept: {
    readonly params: [rawtxs: readonly JsonOutput[], maxfeerate?: Amount | null]
    readonly named: { readonly rawtxs: readonly JsonOutput[]; readonly maxfeerate?: Amount }
    readonly result: readonly {
      readonly txid: string
      readonly wtxid: string
      readonly allowed?: boolean
      readonly 'package-error'?: string
      readonly vsize?: number
      readonly fees?: {
        readonly base: RawNumber
        readonly 'effective-feerate'?: RawNumber
        readonly 'effective-includes'?: readonly string[]
      }
      readonly 'reject-reason'?: string
      readonly 'reject-details'?: string
    }[]
  }
}
