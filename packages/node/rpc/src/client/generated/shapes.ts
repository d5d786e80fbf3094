// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type { Amount } from '../typedClient.ts'

export type GetblockResultCoinbaseTx = {
  readonly version: number
  readonly locktime: number
  readonly sequence: number
  readonly coinbase: string
  readonly witness?: string
}

export type DecodepsbtResultTxVin = {
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
}

export type DecodepsbtResultTxVout = {
  readonly value: RawNumber
  readonly n: number
  readonly scriptPubKey: {
    readonly asm: string
    readonly desc: string
    readonly hex: string
    readonly address?: string
    readonly type: string
  }
}

export type GetmempoolancestorsResult = {
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

export type ImportmempoolOptions = {
  readonly use_current_time?: boolean
  readonly apply_fee_delta_priority?: boolean
  readonly apply_unbroadcast_set?: boolean
}

export type EstimaterawfeeResultPass = {
  readonly startrange: number
  readonly endrange: number | RawNumber
  readonly withintarget: number | RawNumber
  readonly totalconfirmed: number | RawNumber
  readonly inmempool: number | RawNumber
  readonly leftmempool: number | RawNumber
}

export type GetblocktemplateTemplateRequest = {
  readonly mode?: string
  readonly capabilities?: readonly string[]
  readonly rules?: readonly string[]
  readonly longpollid?: string
  readonly data?: string
}

export type DecodepsbtResultTx = {
  readonly txid: string
  readonly hash: string
  readonly version: number
  readonly size: number
  readonly vsize: number
  readonly weight: number
  readonly locktime: number
  readonly vin: readonly DecodepsbtResultTxVin[]
  readonly vout: readonly DecodepsbtResultTxVout[]
}

export type DecodepsbtResultInputsTaprootBip32Derivs = {
  readonly pubkey: string
  readonly master_fingerprint: string
  readonly path: string
  readonly leaf_hashes: readonly string[]
}

export type SignrawtransactionwithkeyResult = {
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

export type SubmitpackageResultTxResultsFees = {
  readonly base: RawNumber
  readonly 'effective-feerate'?: RawNumber
  readonly 'effective-includes'?: readonly string[]
}

export type BumpfeeOptions = {
  readonly conf_target?: number
  readonly fee_rate?: Amount
  readonly replaceable?: boolean
  readonly estimate_mode?: string
  readonly outputs?: JsonOutput
  readonly original_change_index?: number
}

export type ListsinceblockResultTransactions = {
  readonly address?: string
  readonly parent_descs?: readonly string[]
  readonly category: string
  readonly amount: RawNumber
  readonly label?: string
  readonly vout: number
  readonly fee?: RawNumber
  readonly abandoned: boolean
  readonly confirmations: number
  readonly generated?: boolean
  readonly blockhash?: string
  readonly blockheight?: number
  readonly blockindex?: number
  readonly blocktime?: number
  readonly trusted?: boolean
  readonly txid: string
  readonly wtxid: string
  readonly walletconflicts: readonly string[]
  readonly mempoolconflicts: readonly string[]
  readonly time: number
  readonly timereceived: number
  readonly 'bip125-replaceable'?: string
  readonly comment?: string
  readonly to?: string
  readonly replaces_txid?: string
  readonly replaced_by_txid?: string
}

export type ListunspentQueryOptions = {
  readonly minimumAmount?: JsonOutput
  readonly maximumAmount?: JsonOutput
  readonly minimumSumAmount?: JsonOutput
  readonly maximumCount?: number
  readonly include_immature_coinbase?: boolean
}

export type PsbtbumpfeeOptions = {
  readonly conf_target?: number
  readonly fee_rate?: Amount
  readonly replaceable?: boolean
  readonly estimate_mode?: string
  readonly outputs?: JsonOutput
  readonly original_change_index?: number
  readonly psbt_version?: number
}

export type SendOptions = {
  readonly add_inputs?: boolean
  readonly include_unsafe?: boolean
  readonly minconf?: number
  readonly maxconf?: number
  readonly add_to_wallet?: boolean
  readonly conf_target?: number
  readonly estimate_mode?: string
  readonly fee_rate?: Amount
  readonly change_address?: string
  readonly change_position?: number
  readonly change_type?: string
  readonly include_watching?: boolean
  readonly inputs?: readonly JsonOutput[]
  readonly locktime?: number
  readonly lock_unspents?: boolean
  readonly psbt?: boolean
  readonly subtract_fee_from_outputs?: readonly JsonOutput[]
  readonly max_tx_weight?: number
  readonly replaceable?: boolean
  readonly solving_data?: { readonly [name: string]: JsonOutput }
}

export type SendallOptions = {
  readonly add_to_wallet?: boolean
  readonly conf_target?: number
  readonly estimate_mode?: string
  readonly fee_rate?: Amount
  readonly include_watching?: boolean
  readonly inputs?: readonly JsonOutput[]
  readonly locktime?: number
  readonly lock_unspents?: boolean
  readonly psbt?: boolean
  readonly send_max?: boolean
  readonly minconf?: number
  readonly maxconf?: number
  readonly version?: number
  readonly replaceable?: boolean
  readonly solving_data?: { readonly [name: string]: JsonOutput }
}

export type WalletcreatefundedpsbtOptions = {
  readonly add_inputs?: boolean
  readonly include_unsafe?: boolean
  readonly minconf?: number
  readonly maxconf?: number
  readonly changeAddress?: string
  readonly changePosition?: number
  readonly change_type?: string
  readonly includeWatching?: boolean
  readonly lockUnspents?: boolean
  readonly fee_rate?: Amount
  readonly feeRate?: Amount
  readonly subtractFeeFromOutputs?: readonly JsonOutput[]
  readonly max_tx_weight?: number
  readonly conf_target?: number
  readonly estimate_mode?: string
  readonly replaceable?: boolean
  readonly solving_data?: { readonly [name: string]: JsonOutput }
}

export type ListinvoicesResultInvoices = {
  readonly label?: string
  readonly bolt11: string
  readonly payment_hash: string
  readonly amount_msat?: number
  readonly status: string
  readonly description?: string
  readonly created_at: number
  readonly expires_at: number
  readonly amount_received_msat?: number
}

export type KeysendResult = {
  readonly payment_hash: string
  readonly payment_preimage?: string
  readonly status: string
  readonly destination?: string
  readonly bolt11?: string
  readonly created_at: number
  readonly amount_msat: number
  readonly amount_sent_msat: number
  readonly attempts: number
  readonly failure?: string
  readonly parts: number
}
