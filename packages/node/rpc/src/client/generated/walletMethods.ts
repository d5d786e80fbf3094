// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json, JsonOutput, RawNumber } from '../../json/value.ts'
import type { Amount } from '../typedClient.ts'

export interface WalletMethods {
  /** Gives a transaction up that is not in the mempool: what it spends can be spent again. */
  readonly abandontransaction: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: null
  }
  /** Ends a look that another call began. */
  readonly abortrescan: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: boolean
  }
  /** Writes a copy of the wallet to a file. */
  readonly backupwallet: {
    readonly params: [destination: string]
    readonly named: { readonly destination: string }
    readonly result: null
  }
  /** Replaces a transaction by one that pays a higher fee. */
  readonly bumpfee: {
    readonly params: [
      txid: string,
      options?: {
        readonly conf_target?: number
        readonly fee_rate?: Amount
        readonly replaceable?: boolean
        readonly estimate_mode?: string
        readonly outputs?: JsonOutput
        readonly original_change_index?: number
        readonly psbt_version?: number
      } | null,
    ]
    readonly named: {
      readonly txid: string
      readonly options?: {
        readonly conf_target?: number
        readonly fee_rate?: Amount
        readonly replaceable?: boolean
        readonly estimate_mode?: string
        readonly outputs?: JsonOutput
        readonly original_change_index?: number
        readonly psbt_version?: number
      }
    }
    readonly result: {
      readonly txid: string
      readonly origfee: RawNumber
      readonly fee: RawNumber
      readonly errors: readonly string[]
    }
  }
  /** Makes a new wallet and loads it. */
  readonly createwallet: {
    readonly params: [
      wallet_name: string,
      disable_private_keys?: boolean | null,
      blank?: boolean | null,
      passphrase?: string | null,
      avoid_reuse?: boolean | null,
      descriptors?: boolean | null,
      load_on_startup?: boolean | null,
      external_signer?: boolean | null,
    ]
    readonly named: {
      readonly wallet_name: string
      readonly disable_private_keys?: boolean
      readonly blank?: boolean
      readonly passphrase?: string
      readonly avoid_reuse?: boolean
      readonly descriptors?: boolean
      readonly load_on_startup?: boolean
      readonly external_signer?: boolean
    }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Seals the keys of the wallet under a passphrase. */
  readonly encryptwallet: {
    readonly params: [passphrase: string]
    readonly named: { readonly passphrase: string }
    readonly result: string
  }
  /** Adds inputs and change to a transaction until it pays its fee. */
  readonly fundrawtransaction: {
    readonly params: [
      hexstring: string,
      options?: {
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
        readonly input_weights?: readonly JsonOutput[]
        readonly max_tx_weight?: number
        readonly conf_target?: number
        readonly estimate_mode?: string
        readonly replaceable?: boolean
        readonly solving_data?: { readonly [name: string]: JsonOutput }
      } | null,
      iswitness?: boolean | null,
    ]
    readonly named: {
      readonly hexstring: string
      readonly options?: {
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
        readonly input_weights?: readonly JsonOutput[]
        readonly max_tx_weight?: number
        readonly conf_target?: number
        readonly estimate_mode?: string
        readonly replaceable?: boolean
        readonly solving_data?: { readonly [name: string]: JsonOutput }
      }
      readonly iswitness?: boolean
    }
    readonly result: { readonly hex: string; readonly fee: RawNumber; readonly changepos: number }
  }
  /** The addresses of a name. */
  readonly getaddressesbylabel: {
    readonly params: [label: string]
    readonly named: { readonly label: string }
    readonly result: { readonly [name: string]: { readonly purpose: string } }
  }
  /** What the wallet knows of an address. */
  readonly getaddressinfo: {
    readonly params: [address: string]
    readonly named: { readonly address: string }
    readonly result: {
      readonly address: string
      readonly scriptPubKey: string
      readonly ismine: boolean
      readonly solvable: boolean
      readonly desc?: string
      readonly parent_desc?: string
      readonly iswatchonly: boolean
      readonly isscript?: boolean
      readonly iswitness: boolean
      readonly witness_version?: number
      readonly witness_program?: string
      readonly script?: string
      readonly hex?: string
      readonly pubkeys?: readonly string[]
      readonly sigsrequired?: number
      readonly pubkey?: string
      readonly embedded?: Json
      readonly iscompressed?: boolean
      readonly ischange: boolean
      readonly timestamp?: number
      readonly hdkeypath?: string
      readonly hdseedid?: string
      readonly hdmasterfingerprint?: string
      readonly labels: readonly string[]
    }
  }
  /** What the wallet can spend. */
  readonly getbalance: {
    readonly params: [
      dummy?: string | null,
      minconf?: number | null,
      include_watchonly?: boolean | null,
      avoid_reuse?: boolean | null,
    ]
    readonly named: {
      readonly dummy?: string
      readonly minconf?: number
      readonly include_watchonly?: boolean
      readonly avoid_reuse?: boolean
    }
    readonly result: RawNumber
  }
  /** What the wallet has, by what can be done with it. */
  readonly getbalances: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly mine: {
        readonly trusted: RawNumber
        readonly untrusted_pending: RawNumber
        readonly immature: RawNumber
        readonly nonmempool: RawNumber
        readonly used?: RawNumber
      }
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** An address to be paid on that nobody was given. */
  readonly getnewaddress: {
    readonly params: [label?: string | null, address_type?: string | null]
    readonly named: { readonly label?: string; readonly address_type?: string }
    readonly result: string
  }
  /** An address for change. */
  readonly getrawchangeaddress: {
    readonly params: [address_type?: string | null]
    readonly named: { readonly address_type?: string }
    readonly result: string
  }
  /** What an address got. */
  readonly getreceivedbyaddress: {
    readonly params: [address: string, minconf?: number | null, include_immature_coinbase?: boolean | null]
    readonly named: {
      readonly address: string
      readonly minconf?: number
      readonly include_immature_coinbase?: boolean
    }
    readonly result: RawNumber
  }
  /** What the addresses of a name got. */
  readonly getreceivedbylabel: {
    readonly params: [label: string, minconf?: number | null, include_immature_coinbase?: boolean | null]
    readonly named: { readonly label: string; readonly minconf?: number; readonly include_immature_coinbase?: boolean }
    readonly result: RawNumber
  }
  /** A transaction of the wallet. */
  readonly gettransaction: {
    readonly params: [txid: string, include_watchonly?: boolean | null, verbose?: boolean | null]
    readonly named: { readonly txid: string; readonly include_watchonly?: boolean; readonly verbose?: boolean }
    readonly result: {
      readonly amount: RawNumber
      readonly fee?: RawNumber
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
      readonly comment?: string
      readonly to?: string
      readonly replaces_txid?: string
      readonly replaced_by_txid?: string
      readonly details: readonly {
        readonly address?: string
        readonly parent_descs?: readonly string[]
        readonly category: string
        readonly amount: RawNumber
        readonly label?: string
        readonly vout: number
        readonly fee?: RawNumber
        readonly abandoned: boolean
      }[]
      readonly hex: string
      readonly decoded?: Json
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** What the wallet is, and how far it is. */
  readonly getwalletinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly walletname: string
      readonly walletversion: number
      readonly format: string
      readonly txcount: number
      readonly keypoolsize: number
      readonly keypoolsize_hd_internal: number
      readonly unlocked_until?: number
      readonly private_keys_enabled: boolean
      readonly avoid_reuse: boolean
      readonly scanning: boolean | { readonly duration: number; readonly progress: number | RawNumber }
      readonly descriptors: boolean
      readonly external_signer: boolean
      readonly blank: boolean
      readonly birthtime?: number
      readonly flags: readonly string[]
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** Adds descriptors and looks for their coins. */
  readonly importdescriptors: {
    readonly params: [requests: readonly JsonOutput[]]
    readonly named: { readonly requests: readonly JsonOutput[] }
    readonly result: readonly {
      readonly success: boolean
      readonly warnings?: readonly string[]
      readonly error?: { readonly code: number; readonly message: string }
    }[]
  }
  /** Watches more addresses ahead. */
  readonly keypoolrefill: {
    readonly params: [newsize?: number | null]
    readonly named: { readonly newsize?: number }
    readonly result: null
  }
  /** Addresses that transactions show to have one owner. */
  readonly listaddressgroupings: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly (readonly (readonly Json[])[])[]
  }
  /** The descriptors of the wallet. */
  readonly listdescriptors: {
    readonly params: [arg0?: boolean | null]
    readonly named: { readonly private?: boolean }
    readonly result: {
      readonly wallet_name: string
      readonly descriptors: readonly {
        readonly desc: string
        readonly timestamp: number
        readonly active: boolean
        readonly internal?: boolean
        readonly range?: readonly number[]
        readonly next?: number
        readonly next_index?: number
      }[]
    }
  }
  /** Every name. */
  readonly listlabels: {
    readonly params: [purpose?: string | null]
    readonly named: { readonly purpose?: string }
    readonly result: readonly string[]
  }
  /** The coins that are kept from being spent. */
  readonly listlockunspent: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly { readonly txid: string; readonly vout: number }[]
  }
  /** What each address got. */
  readonly listreceivedbyaddress: {
    readonly params: [
      minconf?: number | null,
      include_empty?: boolean | null,
      include_watchonly?: boolean | null,
      address_filter?: string | null,
      include_immature_coinbase?: boolean | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly include_empty?: boolean
      readonly include_watchonly?: boolean
      readonly address_filter?: string
      readonly include_immature_coinbase?: boolean
    }
    readonly result: readonly {
      readonly address: string
      readonly amount: RawNumber
      readonly confirmations: number
      readonly label: string
      readonly txids: readonly string[]
    }[]
  }
  /** What the addresses of each name got. */
  readonly listreceivedbylabel: {
    readonly params: [
      minconf?: number | null,
      include_empty?: boolean | null,
      include_watchonly?: boolean | null,
      include_immature_coinbase?: boolean | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly include_empty?: boolean
      readonly include_watchonly?: boolean
      readonly include_immature_coinbase?: boolean
    }
    readonly result: readonly { readonly amount: RawNumber; readonly confirmations: number; readonly label: string }[]
  }
  /** What happened since a block. */
  readonly listsinceblock: {
    readonly params: [
      blockhash?: string | null,
      target_confirmations?: number | null,
      include_watchonly?: boolean | null,
      include_removed?: boolean | null,
      include_change?: boolean | null,
      label?: string | null,
    ]
    readonly named: {
      readonly blockhash?: string
      readonly target_confirmations?: number
      readonly include_watchonly?: boolean
      readonly include_removed?: boolean
      readonly include_change?: boolean
      readonly label?: string
    }
    readonly result: {
      readonly transactions: readonly {
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
        readonly comment?: string
        readonly to?: string
        readonly replaces_txid?: string
        readonly replaced_by_txid?: string
      }[]
      readonly removed?: readonly {
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
        readonly comment?: string
        readonly to?: string
        readonly replaces_txid?: string
        readonly replaced_by_txid?: string
      }[]
      readonly lastblock: string
    }
  }
  /** The newest transactions, the newest last. */
  readonly listtransactions: {
    readonly params: [
      label?: string | null,
      count?: number | null,
      skip?: number | null,
      include_watchonly?: boolean | null,
    ]
    readonly named: {
      readonly label?: string
      readonly count?: number
      readonly skip?: number
      readonly include_watchonly?: boolean
    }
    readonly result: readonly {
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
      readonly comment?: string
      readonly to?: string
      readonly replaces_txid?: string
      readonly replaced_by_txid?: string
    }[]
  }
  /** The coins that can be spent. */
  readonly listunspent: {
    readonly params: [
      minconf?: number | null,
      maxconf?: number | null,
      addresses?: readonly JsonOutput[] | null,
      include_unsafe?: boolean | null,
      query_options?: {
        readonly minimumAmount?: JsonOutput
        readonly maximumAmount?: JsonOutput
        readonly minimumSumAmount?: JsonOutput
        readonly maximumCount?: number
        readonly include_immature_coinbase?: boolean
      } | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly maxconf?: number
      readonly addresses?: readonly JsonOutput[]
      readonly include_unsafe?: boolean
      readonly query_options?: {
        readonly minimumAmount?: JsonOutput
        readonly maximumAmount?: JsonOutput
        readonly minimumSumAmount?: JsonOutput
        readonly maximumCount?: number
        readonly include_immature_coinbase?: boolean
      }
    }
    readonly result: readonly {
      readonly txid: string
      readonly vout: number
      readonly address?: string
      readonly label?: string
      readonly redeemScript?: string
      readonly witnessScript?: string
      readonly scriptPubKey: string
      readonly amount: RawNumber
      readonly confirmations: number
      readonly ancestorcount?: number
      readonly ancestorsize?: number
      readonly ancestorfees?: number
      readonly spendable: boolean
      readonly solvable: boolean
      readonly desc?: string
      readonly parent_descs: readonly string[]
      readonly reused?: boolean
      readonly safe: boolean
    }[]
  }
  /** Wallets of the wallet folder, loaded or not. */
  readonly listwalletdir: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: { readonly wallets: readonly { readonly name: string; readonly warnings?: readonly string[] }[] }
  }
  /** Names of the loaded wallets. */
  readonly listwallets: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly string[]
  }
  /** Loads a wallet of the wallet folder. */
  readonly loadwallet: {
    readonly params: [filename: string, load_on_startup?: boolean | null]
    readonly named: { readonly filename: string; readonly load_on_startup?: boolean }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Keeps coins from being spent, or lets them be. */
  readonly lockunspent: {
    readonly params: [unlock: boolean, transactions?: readonly JsonOutput[] | null, persistent?: boolean | null]
    readonly named: {
      readonly unlock: boolean
      readonly transactions?: readonly JsonOutput[]
      readonly persistent?: boolean
    }
    readonly result: boolean
  }
  /** Makes such a replacement as a PSBT. */
  readonly psbtbumpfee: {
    readonly params: [
      txid: string,
      options?: {
        readonly conf_target?: number
        readonly fee_rate?: Amount
        readonly replaceable?: boolean
        readonly estimate_mode?: string
        readonly outputs?: JsonOutput
        readonly original_change_index?: number
        readonly psbt_version?: number
      } | null,
    ]
    readonly named: {
      readonly txid: string
      readonly options?: {
        readonly conf_target?: number
        readonly fee_rate?: Amount
        readonly replaceable?: boolean
        readonly estimate_mode?: string
        readonly outputs?: JsonOutput
        readonly original_change_index?: number
        readonly psbt_version?: number
      }
    }
    readonly result: {
      readonly psbt: string
      readonly origfee: RawNumber
      readonly fee: RawNumber
      readonly errors: readonly string[]
    }
  }
  /** Looks for the wallet’s transactions in blocks again. */
  readonly rescanblockchain: {
    readonly params: [start_height?: number | null, stop_height?: number | null]
    readonly named: { readonly start_height?: number; readonly stop_height?: number }
    readonly result: { readonly start_height: number; readonly stop_height: number | null }
  }
  /** Makes a wallet of a backup and loads it. */
  readonly restorewallet: {
    readonly params: [wallet_name: string, backup_file: string, load_on_startup?: boolean | null]
    readonly named: { readonly wallet_name: string; readonly backup_file: string; readonly load_on_startup?: boolean }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Pays addresses, or makes a PSBT where the wallet cannot sign alone. */
  readonly send: {
    readonly params: [
      outputs: JsonOutput,
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      options?: {
        readonly add_inputs?: boolean
        readonly include_unsafe?: boolean
        readonly minconf?: number
        readonly maxconf?: number
        readonly add_to_wallet?: boolean
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
      } | null,
      version?: number | null,
    ]
    readonly named: {
      readonly outputs: JsonOutput
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly options?: {
        readonly add_inputs?: boolean
        readonly include_unsafe?: boolean
        readonly minconf?: number
        readonly maxconf?: number
        readonly add_to_wallet?: boolean
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
      readonly version?: number
    }
    readonly result: {
      readonly psbt?: string
      readonly txid?: string
      readonly hex?: string
      readonly complete: boolean
    }
  }
  /** Spends every coin, or those that are named, without change. */
  readonly sendall: {
    readonly params: [
      recipients: readonly JsonOutput[],
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      options?: {
        readonly add_to_wallet?: boolean
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
      } | null,
    ]
    readonly named: {
      readonly recipients: readonly JsonOutput[]
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly options?: {
        readonly add_to_wallet?: boolean
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
    }
    readonly result: {
      readonly psbt?: string
      readonly txid?: string
      readonly hex?: string
      readonly complete: boolean
    }
  }
  /** Pays several addresses in one transaction. */
  readonly sendmany: {
    readonly params: [
      dummy: string | null,
      amounts: { readonly [name: string]: JsonOutput },
      minconf?: number | null,
      comment?: string | null,
      subtractfeefrom?: readonly JsonOutput[] | null,
      replaceable?: boolean | null,
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      verbose?: boolean | null,
    ]
    readonly named: {
      readonly dummy?: string
      readonly amounts: { readonly [name: string]: JsonOutput }
      readonly minconf?: number
      readonly comment?: string
      readonly subtractfeefrom?: readonly JsonOutput[]
      readonly replaceable?: boolean
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly verbose?: boolean
    }
    readonly result: string | { readonly txid: string; readonly fee_reason: string }
  }
  /** Pays an address. */
  readonly sendtoaddress: {
    readonly params: [
      address: string,
      amount: Amount,
      comment?: string | null,
      comment_to?: string | null,
      subtractfeefromamount?: boolean | null,
      replaceable?: boolean | null,
      conf_target?: number | null,
      estimate_mode?: string | null,
      avoid_reuse?: boolean | null,
      fee_rate?: Amount | null,
      verbose?: boolean | null,
    ]
    readonly named: {
      readonly address: string
      readonly amount: Amount
      readonly comment?: string
      readonly comment_to?: string
      readonly subtractfeefromamount?: boolean
      readonly replaceable?: boolean
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly avoid_reuse?: boolean
      readonly fee_rate?: Amount
      readonly verbose?: boolean
    }
    readonly result: string | { readonly txid: string; readonly fee_reason: string }
  }
  /** Names an address. */
  readonly setlabel: {
    readonly params: [address: string, label: string]
    readonly named: { readonly address: string; readonly label: string }
    readonly result: null
  }
  /** Switches a flag of the wallet: avoid_reuse. */
  readonly setwalletflag: {
    readonly params: [flag: string, value?: boolean | null]
    readonly named: { readonly flag: string; readonly value?: boolean }
    readonly result: { readonly flag_name: string; readonly flag_state: boolean; readonly warnings?: string }
  }
  /** Signs a message with the key of an address. */
  readonly signmessage: {
    readonly params: [address: string, message: string]
    readonly named: { readonly address: string; readonly message: string }
    readonly result: string
  }
  /** Signs the inputs of a transaction that the wallet has keys for. */
  readonly signrawtransactionwithwallet: {
    readonly params: [hexstring: string, prevtxs?: readonly JsonOutput[] | null, sighashtype?: string | null]
    readonly named: {
      readonly hexstring: string
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
  /** What transactions would change in the balance. */
  readonly simulaterawtransaction: {
    readonly params: [rawtxs: readonly JsonOutput[], options?: { readonly [name: string]: JsonOutput } | null]
    readonly named: {
      readonly rawtxs: readonly JsonOutput[]
      readonly options?: { readonly [name: string]: JsonOutput }
    }
    readonly result: { readonly balance_change: RawNumber }
  }
  /** Unloads the wallet that the path or the argument names. */
  readonly unloadwallet: {
    readonly params: [wallet_name?: string | null, load_on_startup?: boolean | null]
    readonly named: { readonly wallet_name?: string; readonly load_on_startup?: boolean }
    readonly result: { readonly warnings?: readonly string[] }
  }
  /** Makes a PSBT of a payment, with inputs and change. */
  readonly walletcreatefundedpsbt: {
    readonly params: [
      inputs: readonly JsonOutput[] | null,
      outputs: JsonOutput,
      locktime?: number | null,
      options?: {
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
        readonly input_weights?: readonly JsonOutput[]
        readonly max_tx_weight?: number
        readonly conf_target?: number
        readonly estimate_mode?: string
        readonly replaceable?: boolean
        readonly solving_data?: { readonly [name: string]: JsonOutput }
      } | null,
      bip32derivs?: boolean | null,
      version?: number | null,
      psbt_version?: number | null,
    ]
    readonly named: {
      readonly inputs?: readonly JsonOutput[]
      readonly outputs: JsonOutput
      readonly locktime?: number
      readonly options?: {
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
        readonly input_weights?: readonly JsonOutput[]
        readonly max_tx_weight?: number
        readonly conf_target?: number
        readonly estimate_mode?: string
        readonly replaceable?: boolean
        readonly solving_data?: { readonly [name: string]: JsonOutput }
      }
      readonly bip32derivs?: boolean
      readonly version?: number
      readonly psbt_version?: number
    }
    readonly result: { readonly psbt: string; readonly fee: RawNumber; readonly changepos: number }
  }
  /** Lets the keys be used no more. */
  readonly walletlock: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
  /** Lets the keys be used for a while. */
  readonly walletpassphrase: {
    readonly params: [passphrase: string, timeout: number]
    readonly named: { readonly passphrase: string; readonly timeout: number }
    readonly result: null
  }
  /** Seals the keys under another passphrase. */
  readonly walletpassphrasechange: {
    readonly params: [oldpassphrase: string, newpassphrase: string]
    readonly named: { readonly oldpassphrase: string; readonly newpassphrase: string }
    readonly result: null
  }
  /** Adds to a PSBT what the wallet knows, and signs it. */
  readonly walletprocesspsbt: {
    readonly params: [
      psbt: string,
      sign?: boolean | null,
      sighashtype?: string | null,
      bip32derivs?: boolean | null,
      finalize?: boolean | null,
    ]
    readonly named: {
      readonly psbt: string
      readonly sign?: boolean
      readonly sighashtype?: string
      readonly bip32derivs?: boolean
      readonly finalize?: boolean
    }
    readonly result: { readonly psbt: string; readonly complete: boolean; readonly hex?: string }
  }
}
