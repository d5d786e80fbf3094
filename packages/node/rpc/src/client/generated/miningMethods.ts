// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { RawNumber } from '../../json/value.ts'
import type { GetblocktemplateTemplateRequest } from './shapes.ts'

export interface MiningMethods {
  /** What a miner needs for the next block (BIP 22, 23, 9, 145). */
  readonly getblocktemplate: {
    readonly params: [template_request: GetblocktemplateTemplateRequest]
    readonly named: { readonly template_request: GetblocktemplateTemplateRequest }
    readonly result:
      | {
          readonly capabilities: readonly string[]
          readonly version: number
          readonly rules: readonly string[]
          readonly vbavailable: { readonly [name: string]: number }
          readonly vbrequired: number
          readonly previousblockhash: string
          readonly transactions: readonly {
            readonly data: string
            readonly txid: string
            readonly hash: string
            readonly depends: readonly number[]
            readonly fee: number
            readonly sigops: number
            readonly weight: number
          }[]
          readonly coinbaseaux: Readonly<Record<string, never>>
          readonly coinbasevalue: number
          readonly longpollid: string
          readonly target: string
          readonly mintime: number
          readonly mutable: readonly string[]
          readonly noncerange: string
          readonly sigoplimit: number
          readonly sizelimit: number
          readonly weightlimit?: number
          readonly curtime: number
          readonly bits: string
          readonly height: number
          readonly signet_challenge?: string
          readonly default_witness_commitment?: string
        }
      | null
      | string
  }
  /** State of mining. */
  readonly getmininginfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly blocks: number
      readonly currentblockweight?: number
      readonly currentblocktx?: number
      readonly bits: string
      readonly difficulty: number | RawNumber
      readonly target: string
      readonly networkhashps: number | RawNumber
      readonly pooledtx: number
      readonly blockmintxfee: RawNumber
      readonly chain: string
      readonly next: {
        readonly height: number
        readonly bits: string
        readonly difficulty: number | RawNumber
        readonly target: string
      }
      readonly signet_challenge?: string
      readonly warnings: readonly string[]
    }
  }
  /** Estimate of the hashes per second of all miners together. */
  readonly getnetworkhashps: {
    readonly params: [nblocks?: number | null, height?: number | null]
    readonly named: { readonly nblocks?: number; readonly height?: number }
    readonly result: number | RawNumber
  }
  /** Transactions whose fees were corrected, in the mempool or not. */
  readonly getprioritisedtransactions: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly [name: string]: {
        readonly fee_delta: number
        readonly in_mempool: boolean
        readonly modified_fee?: number
      }
    }
  }
  /** Corrects the fee of a transaction in the eyes of the miner. */
  readonly prioritisetransaction: {
    readonly params: [txid: string, dummy: number | null, fee_delta: number]
    readonly named: { readonly txid: string; readonly dummy?: number; readonly fee_delta: number }
    readonly result: boolean
  }
  /** Gives a block to the chain. Null if it was taken, else the reason. */
  readonly submitblock: {
    readonly params: [hexdata: string, dummy?: string | null]
    readonly named: { readonly hexdata: string; readonly dummy?: string }
    readonly result: null | string
  }
  /** Gives a header to the chain. */
  readonly submitheader: {
    readonly params: [hexdata: string]
    readonly named: { readonly hexdata: string }
    readonly result: null
  }
}
